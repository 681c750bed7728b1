#include "engine/select.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/random.h"
#include "graph/builder.h"
#include "kernels/dnnl/bf16_conv.h"

namespace winnow {
namespace {

class SelectTest : public testing::Test {
 protected:
  void TearDown() override {
    unsetenv("WINNOW_KERNEL");
    unsetenv("WINNOW_ISA");
  }

  static bool CanGenerate(Isa isa) {
    return !AllowedKernels(KernelChoice::kGenerated, isa, TapList()).empty();
  }
};

// 5 taps an output where `dense`, else 1.
TapList Taps(int outputs, bool dense) {
  TapList taps;
  taps.like = outputs;
  for (int o = 0; o < outputs; ++o) {
    OutputTaps list;
    for (int c = 0; c < 5; ++c) {
      if (dense || c == o % 5) list.taps.push_back({c, 0, 0, 1.0f});
    }
    taps.outputs.push_back(list);
  }
  return taps;
}

LaneTensor Strides() {
  LaneTensor in;
  in.channels = 5;
  in.lanes = 8;
  return in;
}

TEST_F(SelectTest, TheCheapestKernelWins) {
  const auto run = [](const ConvTask&, int, int) {};
  const ConvKernel shared = {"shared", 4, 1, 4, run, nullptr, {1, 0, 0}};
  const ConvKernel single = {"single", 1, 4, 4, run, nullptr, {2, 0, 0}};
  const ConvChoice dense = ChooseConv({shared, single}, Taps(8, true), {}, Strides());
  EXPECT_EQ(dense.kernel.name, "shared");
  EXPECT_EQ(dense.cost, 40);
  // Where the outputs share no inputs, the union of four has four times the work.
  const ConvChoice sparse = ChooseConv({shared, single}, Taps(8, false), {}, Strides());
  EXPECT_EQ(sparse.kernel.name, "single");
  EXPECT_EQ(sparse.cost, 16);
}

TEST_F(SelectTest, MeasuredCostsOfOtherAlgorithmsCount) {
  const Isa isa = AvailableIsas().back();
  const ConvShape shape = {64, 64, 3, 3, 1, 1, 1};
  ConvTask task;
  task.in.halo = task.in.border = 1;
  const WinogradChoice built_in = ChooseWinograd(shape, task, isa, {});
  const ConvWork winograd = WinogradWork(built_in.kernel, shape);
  EXPECT_GE(winograd.macs, 36.0 / 16 * 64 * 64);
  EXPECT_GT(built_in.cost, winograd.macs);
  CostModel costs;
  costs.kernels = {{kWinogradKey, {2, 3, 5, 0}}, {kBf16Key, {0.5, 7, 11, 0}}};
  EXPECT_EQ(ChooseWinograd(shape, task, isa, costs).cost, 2 * winograd.macs + 3 * 64 + 5 * 64);
  EXPECT_NEAR(CostInBf16(shape, costs), 0.5 * 9 * 64 * 64 + 7 * Bf16Inputs(shape) + 11 * 64, 1e-9);
  EXPECT_LT(CostInBf16(shape, {}), 0.7 * 9 * 64 * 64);
  EXPECT_EQ(CostInBf16({.groups = 2}, costs), kAnyNumberOfPlaces);
}

TEST_F(SelectTest, GeneratedCodePaysForKeptWeightsAndInputs) {
  ConvKernel generated;
  generated.outputs = 4;
  generated.generate = [](const ConvTask&, int, CodeMemory&) {
    return std::shared_ptr<const GeneratedConv>();
  };
  generated.cost = {1, 0.5, 3};
  // 8 kept weights; two groups that read 4 and 4 inputs; 8 results.
  EXPECT_EQ(ChooseConv({generated}, Taps(8, false), {}, Strides()).cost, 8 + 0.5 * 8 + 3 * 8);
}

TEST_F(SelectTest, OptionsAndTheEnvironmentRestrictTheChoice) {
  const Isa isa = AvailableIsas().front();
  EXPECT_EQ(ChooseKernels(KernelChoice::kAuto, isa), KernelChoice::kAuto);
  setenv("WINNOW_KERNEL", "", 1);
  EXPECT_EQ(ChooseKernels(KernelChoice::kAuto, isa), KernelChoice::kAuto);
  setenv("WINNOW_KERNEL", "highway", 1);
  EXPECT_EQ(ChooseKernels(KernelChoice::kAuto, isa), KernelChoice::kHighway);
  setenv("WINNOW_KERNEL", "fast", 1);
  EXPECT_EQ(ChooseKernels(KernelChoice::kHighway, isa), KernelChoice::kHighway);
  try {
    ChooseKernels(KernelChoice::kAuto, isa);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("WINNOW_KERNEL=fast"), std::string::npos);
  }
}

TEST_F(SelectTest, CodeThatCannotBeGeneratedIsRefused) {
  setenv("WINNOW_KERNEL", "generated", 1);
  for (Isa isa : AvailableIsas()) {
    if (CanGenerate(isa)) {
      EXPECT_EQ(ChooseKernels(KernelChoice::kAuto, isa), KernelChoice::kGenerated);
      continue;
    }
    try {
      ChooseKernels(KernelChoice::kAuto, isa);
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
      EXPECT_NE(std::string(error.what()).find(Name(isa)), std::string::npos);
    }
  }
}

// Layers with all that a convolution fuses, on rows that end inside a vector.
Model SmallModel() {
  GraphBuilder b;
  const NodeId head = b.Apply(Relu{}, {b.Conv(b.Input(3), "head", 20)});
  const NodeId body = b.Add(b.Conv(head, "body", 20), head);
  Model model;
  model.graph = b.Finish({b.Apply(PixelShuffle{2}, {b.Conv(body, "tail", 12)})});
  Random random(5);
  for (const Param& param : model.graph.params()) {
    Tensor& t = model.weights.emplace_back(param.shape);
    for (float& w : t.data) w = random.Uniform() < 0.4 ? static_cast<float>(random.Normal()) : 0;
  }
  return model;
}

TEST_F(SelectTest, EveryChoiceGivesTheSameBits) {
  const Model model = SmallModel();
  Tensor input({3, 11, 45});
  Random random(6);
  for (float& v : input.data) v = static_cast<float>(random.Normal());
  for (Isa isa : AvailableIsas()) {
    setenv("WINNOW_ISA", std::string(Name(isa)).c_str(), 1);
    Session compiled(model, {.kernels = KernelChoice::kHighway});
    const Tensor expected = compiled.Run(input);
    for (const StepTime& step : compiled.Profile(input)) EXPECT_NE(step.kernel, "generated");
    EXPECT_EQ(Session(model).Run(input), expected);
    if (!CanGenerate(isa)) continue;
    Session generated(model, {.threads = 2, .kernels = KernelChoice::kGenerated});
    EXPECT_EQ(generated.Run(input), expected);
    for (const StepTime& step : generated.Profile(input)) {
      EXPECT_TRUE(step.macs == 0 || step.kernel == "generated") << step.kernel;
    }
  }
}

}  // namespace
}  // namespace winnow
