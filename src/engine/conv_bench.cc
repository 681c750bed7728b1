// conv_bench [in-channels out-channels kernel height width runs [stride]]
// How fast the convolution kernels of this machine are, dense and at N of 32 input channels kept,
// in percent of the peak of multiply-adds with weights other than zero, one thread; kernels in half
// precision in percent of its own peak. Prints a table a target. Times are those that the thread
// had the processor, which other load disturbs least; medians, all kernels in turn, the peaks
// measured around them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/timing.h"
#include "engine/select.h"
#include "kernels/conv/prepare.h"
#include "kernels/peak/peak.h"
#include "kernels/testing/lane_image.h"
#include "sparsity/random_mask.h"

namespace winnow {
namespace {

struct Layer {
  int in_channels = 64;
  int out_channels = 64;
  int kernel = 3;
  int height = 180;  // of the output
  int width = 320;
  int runs = 9;
  int stride = 1;
};

// `kept` random ones of every 32 input channels for every output channel and kernel cell.
Tensor RandomWeights(const Layer& layer, int kept, Random& random) {
  Tensor weight({layer.out_channels, layer.in_channels, layer.kernel, layer.kernel});
  for (float& w : weight.data) w = static_cast<float>(random.Normal());
  KeepRandom({kept, 32}, random, weight);
  return weight;
}

// One kernel on the layer, with a ReLU on the way to memory.
struct Contender {
  ConvKernel kernel;
  Element element;
  ConvTask task;
  std::vector<double> seconds;
};

// What it reads and writes, on lanes of one element.
struct Planes {
  Planes(const Layer& layer, int lanes, Element element, const std::vector<float>& input)
      : span((layer.width + lanes - 1) / lanes),
        in({layer.in_channels, layer.height * layer.stride, layer.width * layer.stride,
            span * layer.stride, lanes, layer.kernel / 2, layer.kernel / 2, element}),
        out({layer.out_channels, layer.height, layer.width, span, lanes, layer.kernel / 2,
             layer.kernel / 2, element}) {
    in.Fill(input);
  }

  ConvTask Task(const Layer& layer, const TapList& taps) const {
    ConvTask task;
    task.in = in.tensor();
    task.out = out.tensor();
    task.height = layer.height;
    task.span = span;
    task.in_step = layer.stride;
    task.mask = LaneMask(layer.width, span, task.out.lanes, task.out.element);
    task.after = ActivationKind::kRelu;
    for (const OutputTaps& o : taps.outputs) {
      task.outputs.push_back({.offset = o.channel * task.out.channel_stride, .bias = 0.1f});
    }
    return task;
  }

  int span;
  LaneImage in;
  LaneImage out;
};

struct Peaks {
  double floats = 0;
  double halves = 0;

  void Measure(Isa isa) {
    floats = std::max(floats, MeasureFmaPeak(isa));
    halves = std::max(halves, MeasureHalfFmaPeak());
  }
};

// In bands of a few rows, as plans do.
void Time(Contender& c) {
  constexpr int kBandRows = 4;
  const double start = ThreadSeconds();
  for (int y = 0; y < c.task.height; y += kBandRows) {
    c.kernel.run(c.task, y, std::min(y + kBandRows, c.task.height));
  }
  c.seconds.push_back(ThreadSeconds() - start);
}

void Compare(const Layer& layer, Isa isa, int kept) {
  Random random(1);
  const int pad = layer.kernel / 2;
  const ConvShape shape = {.in_channels = layer.in_channels,
                           .out_channels = layer.out_channels,
                           .kernel_height = layer.kernel,
                           .kernel_width = layer.kernel,
                           .stride = layer.stride,
                           .pad_top = pad,
                           .pad_left = pad};
  const std::vector<float> input = RandomValues(
      std::size_t{1} * layer.in_channels * layer.height * layer.width * layer.stride * layer.stride,
      random);
  const Planes floats(layer, Lanes(isa), Element::kFloat, input);
  const Planes halves(layer, 2 * Lanes(isa), Element::kHalf, input);
  const TapList taps = MakeTaps(shape, RandomWeights(layer, kept, random));

  CodeMemory memory;
  std::vector<Contender> contenders;
  for (Element element : {Element::kFloat, Element::kHalf}) {
    const Planes& planes = element == Element::kHalf ? halves : floats;
    for (const ConvKernel& kernel : AllowedKernels(KernelChoice::kAuto, isa, taps, element)) {
      const ConvChoice choice = ChooseConv({kernel}, taps, ReachOf(shape), planes.in.tensor());
      Contender c = {kernel, element, planes.Task(layer, taps), {}};
      PrepareConv(kernel, taps, choice.block, memory, c.task);
      contenders.push_back(std::move(c));
    }
  }
  memory.Seal();

  Peaks peaks;
  peaks.Measure(isa);
  for (int run = -1; run < layer.runs; ++run) {
    for (Contender& c : contenders) {
      if (run == 0) c.seconds.clear();  // what came before warmed up
      Time(c);
    }
  }
  peaks.Measure(isa);
  const double gmacs = 1e-9 * static_cast<double>(CountTaps(taps)) * layer.height * layer.width;
  for (Contender& c : contenders) {
    std::ranges::sort(c.seconds);
    const double median = c.seconds[c.seconds.size() / 2];
    const double peak = c.element == Element::kHalf ? peaks.halves : peaks.floats;
    std::printf("%-8s %2d of 32  %-24s %8.2f ms %7.1f GMAC/s %5.1f %% of the peak (fastest %.1f)\n",
                std::string(Name(isa)).c_str(), kept, std::string(c.kernel.name).c_str(),
                1e3 * median, gmacs / median, 100 * gmacs / median / peak,
                100 * gmacs / c.seconds.front() / peak);
  }
  std::fflush(stdout);
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  winnow::Layer layer;
  int* const fields[] = {&layer.in_channels, &layer.out_channels, &layer.kernel, &layer.height,
                         &layer.width,       &layer.runs,         &layer.stride};
  for (int i = 1; i < argc && i <= 7; ++i) *fields[i - 1] = std::atoi(argv[i]);
  std::printf("%dx%d %d -> %d channels, stride %d, at %dx%d\n", layer.kernel, layer.kernel,
              layer.in_channels, layer.out_channels, layer.stride, layer.width, layer.height);
  // WINNOW_ISA chooses the target.
  for (int kept : {32, 16, 8, 4, 2, 1}) winnow::Compare(layer, winnow::ChooseIsa(), kept);
  return 0;
}
