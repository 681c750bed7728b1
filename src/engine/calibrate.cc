#include "engine/calibrate.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <sstream>

#include "base/timing.h"
#include "engine/select.h"
#include "kernels/conv/prepare.h"
#include "kernels/dnnl/bf16_conv.h"
#include "kernels/peak/peak.h"
#include "kernels/winograd/winograd.h"
#include "sparsity/random_mask.h"

namespace winnow {
namespace {

// To be raised when kernels become faster or slower under the same names and shapes.
constexpr int kKernelRevision = 3;

constexpr int kHeight = 24;  // more than the L2 cache holds, as in a picture
constexpr int kWidth = 320;
constexpr int kRounds = 4;

struct TestLayer {
  int in_channels;
  int out_channels;
  int kernel;
  int kept;  // of 32
};

// What layers of networks look like, from dense to very sparse, and those at the ends.
constexpr TestLayer kLayers[] = {
    {64, 64, 3, 32}, {64, 64, 3, 12}, {64, 64, 3, 8},  {64, 64, 3, 4},
    {64, 64, 3, 2},  {64, 64, 3, 1},  {64, 48, 3, 4},  {64, 12, 3, 32},
    {64, 3, 3, 32},  {64, 3, 3, 4},   {3, 64, 3, 32},  {64, 64, 1, 32},
    {64, 64, 1, 8},  {128, 32, 1, 2}, {32, 32, 3, 32}, {96, 64, 3, 32}};

// A lane-strided tensor with its memory.
class Plane {
 public:
  Plane(int channels, int pad, int lanes, float value) {
    const int span = (kWidth + lanes - 1) / lanes;
    const LaneShape shape = {channels, kHeight, kWidth, span, lanes, pad, pad};
    mask_ = LaneMask(kWidth, span, lanes);
    memory_.assign(LaneSize(shape), value);
    tensor_ = MakeLaneTensor(shape, memory_.data(), mask_.data());
  }
  const LaneTensor& tensor() const { return tensor_; }
  const AlignedVector<std::uint32_t>& mask() const { return mask_; }

 private:
  AlignedVector<std::uint32_t> mask_;
  AlignedVector<float> memory_;
  LaneTensor tensor_;
};

Tensor WeightOf(const TestLayer& layer) {
  Random random(1);
  Tensor weight({layer.out_channels, layer.in_channels, layer.kernel, layer.kernel});
  // No weight is zero but those that the mask drops, and sums stay small.
  for (float& w : weight.data) w = static_cast<float>(random.Uniform() + 1) / 1024;
  KeepRandom({layer.kept, 32}, random, weight);
  return weight;
}

// One kernel on one layer.
struct Contender {
  std::string key;
  std::function<void()> run;  // over all rows
  ConvWork work;              // at one vector of places
  double seconds = std::numeric_limits<double>::max();
};

// A layer with its planes, on every kernel that can do it.
class Race {
 public:
  Race(const TestLayer& layer, Isa isa)
      : in_(layer.in_channels, layer.kernel / 2, Lanes(isa), 0.5f),
        out_(layer.out_channels, layer.kernel / 2, Lanes(isa), 0.0f) {
    const int pad = layer.kernel / 2;
    const ConvShape shape = {.in_channels = layer.in_channels,
                             .out_channels = layer.out_channels,
                             .kernel_height = layer.kernel,
                             .kernel_width = layer.kernel,
                             .pad_top = pad,
                             .pad_left = pad};
    const Tensor weight = WeightOf(layer);
    const TapList taps = MakeTaps(shape, weight);
    for (const ConvKernel& kernel : AllowedKernels(KernelChoice::kAuto, isa, taps)) {
      const ConvChoice choice = ChooseConv({kernel}, taps, ReachOf(shape), in_.tensor());
      const auto task = std::make_shared<ConvTask>(Task(taps));
      const double start = ThreadSeconds();
      PrepareConv(kernel, taps, choice.block, code_, *task);
      if (IsGenerated(kernel)) {
        generation_seconds_ += ThreadSeconds() - start;
        generated_taps_ += static_cast<double>(CountTaps(taps));
      }
      contenders_.push_back({CostKey(kernel), [task, run = kernel.run] { run(*task, 0, kHeight); },
                             WorkOf(kernel, taps, layer.in_channels)});
    }
    code_.Seal();
    if (layer.kept == 32) {
      AddWinograd(shape, weight, Task(taps), isa);
      AddBf16(shape, weight, Task(taps), isa);
    }
  }

  void Run() {
    for (Contender& c : contenders_) {
      const double start = ThreadSeconds();
      c.run();
      c.seconds = std::min(c.seconds, ThreadSeconds() - start);
    }
  }

  const std::vector<Contender>& contenders() const { return contenders_; }
  double places() const { return static_cast<double>(kHeight) * in_.tensor().span; }
  double generation_seconds() const { return generation_seconds_; }
  double generated_taps() const { return generated_taps_; }

 private:
  void AddWinograd(const ConvShape& shape, const Tensor& weight, const ConvTask& conv, Isa isa) {
    if (!FitsWinograd(shape, conv)) return;
    const WinogradKernel kernel = WinogradKernelFor(isa);
    const auto task =
        std::make_shared<const WinogradTask>(MakeWinograd(isa, conv, weight, scratch_));
    contenders_.push_back({kWinogradKey, [task, run = kernel.run] { run(*task, 0, kHeight); },
                           WinogradWork(kernel, shape)});
  }

  void AddBf16(const ConvShape& shape, const Tensor& weight, const ConvTask& conv, Isa isa) {
    if (!Bf16Obstacle(isa).empty() || !FitsBf16(shape)) return;
    const auto task = std::make_shared<const Bf16Task>(MakeBf16(conv, shape, weight, scratch_));
    contenders_.push_back({kBf16Key, [task] { RunBf16(*task, 0, kHeight); }, Bf16Work(shape)});
  }

  ConvTask Task(const TapList& taps) const {
    ConvTask task;
    task.in = in_.tensor();
    task.out = out_.tensor();
    task.height = kHeight;
    task.span = task.out.span;
    task.mask = out_.mask();
    task.after = ActivationKind::kRelu;
    for (const OutputTaps& o : taps.outputs) {
      task.outputs.push_back({.offset = o.channel * task.out.channel_stride});
    }
    return task;
  }

  Plane in_;
  Plane out_;
  CodeMemory code_;
  std::shared_ptr<ScratchPool> scratch_ = std::make_shared<ScratchPool>(1);
  std::vector<Contender> contenders_;
  double generation_seconds_ = 0;
  double generated_taps_ = 0;
};

}  // namespace

CostModel Calibrate(Isa isa) {
  CostModel model;
  model.measured = true;
  model.peak = MeasureFmaPeak(isa);
  const double vectors_per_second = 1e9 * model.peak / Lanes(isa);

  std::vector<std::unique_ptr<Race>> races;
  double generation_seconds = 0;
  double generated_taps = 0;
  for (const TestLayer& layer : kLayers) {
    races.push_back(std::make_unique<Race>(layer, isa));
    generation_seconds += races.back()->generation_seconds();
    generated_taps += races.back()->generated_taps();
  }
  if (generated_taps > 0) {
    model.generation = generation_seconds / generated_taps * vectors_per_second;
  }
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& race : races) race->Run();
  }
  std::map<std::string, std::vector<CostSample>> samples;
  for (const auto& race : races) {
    for (const Contender& c : race->contenders()) {
      samples[c.key].push_back({c.work, c.seconds * vectors_per_second / race->places()});
    }
  }
  for (const auto& [key, list] : samples) model.kernels[key] = FitCost(list);
  return model;
}

std::string CalibrationKey(Isa isa) {
  std::ostringstream key;
  key << CpuName() << "; " << Name(isa) << "; revision " << kKernelRevision;
  TapList taps;
  for (int like : {1, 12, 64}) {
    taps.like = like;
    for (const ConvKernel& k : AllowedKernels(KernelChoice::kAuto, isa, taps)) {
      key << "; " << k.name << ' ' << k.outputs << 'x' << k.rows << 'x' << k.max_vectors << ' '
          << k.cost.mac << ' ' << k.cost.input << ' ' << k.cost.result;
    }
  }
  return key.str();
}

std::string CpuName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  }
  return "unknown";
}

}  // namespace winnow
