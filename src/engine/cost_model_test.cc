#include "engine/cost_model.h"

#include <gtest/gtest.h>

#include "engine/select.h"

namespace winnow {
namespace {

// `taps` of one input channel each for every output.
TapList Taps(int outputs, int taps) {
  TapList list;
  list.like = outputs;
  for (int o = 0; o < outputs; ++o) {
    OutputTaps of;
    of.channel = o;
    for (int c = 0; c < taps; ++c) of.taps.push_back({c, 0, 0, 1.0f});
    list.outputs.push_back(of);
  }
  return list;
}

ConvKernel Compiled(std::string_view name, int outputs, double mac) {
  ConvKernel kernel;
  kernel.name = name;
  kernel.outputs = outputs;
  kernel.rows = kernel.max_vectors = 1;
  kernel.run = [](const ConvTask&, int, int) {};
  kernel.cost = {mac, 0, 0};
  return kernel;
}

ConvKernel Generated(int outputs, double mac) {
  ConvKernel kernel = Compiled("generated", outputs, mac);
  kernel.generate = [](const ConvTask&, int, CodeMemory&) {
    return std::shared_ptr<const GeneratedConv>();
  };
  return kernel;
}

LaneTensor Input(int channels) {
  LaneTensor in;
  in.channels = channels;
  in.lanes = 8;
  return in;
}

TEST(CostModel, FindsTheConstantsBehindExactSamples) {
  const KernelCost truth = {1.1, 0.5, 6, 2};
  std::vector<CostSample> samples;
  for (const ConvWork& work :
       {ConvWork{36864, 1728, 64, 64}, ConvWork{4608, 1600, 64, 64}, ConvWork{1152, 900, 64, 64},
        ConvWork{1728, 81, 64, 3}, ConvWork{6912, 576, 12, 64}, ConvWork{256, 128, 32, 128}}) {
    samples.push_back({work, CostOf(truth, work)});
  }
  const KernelCost fit = FitCost(samples);
  for (const CostSample& sample : samples) {
    EXPECT_NEAR(CostOf(fit, sample.work) / sample.cost, 1, 0.01);
  }
}

TEST(CostModel, ConstantsAreNeverNegative) {
  // Work that is cheaper the more inputs it has would need a negative price for them.
  const KernelCost fit = FitCost({{{100, 0, 0, 0}, 100}, {{100, 50, 0, 0}, 80}});
  EXPECT_EQ(fit.input, 0);
  EXPECT_GT(fit.mac, 0);
  EXPECT_EQ(fit.result, 0);
}

TEST(CostModel, WorkOfCompiledKernelsIncludesSharedZeros) {
  TapList taps = Taps(4, 1);
  for (int o = 0; o < 4; ++o) taps.outputs[o].taps[0].channel = o;
  EXPECT_EQ(WorkOf(Compiled("a", 4, 1), taps, 4), (ConvWork{16, 4, 4, 4}));
  EXPECT_EQ(WorkOf(Compiled("b", 1, 1), taps, 4), (ConvWork{4, 4, 4, 4}));
  EXPECT_EQ(WorkOf(Generated(4, 1), taps, 4), (ConvWork{4, 4, 4, 4}));
  taps.in_step = 2;
  EXPECT_EQ(WorkOf(Generated(4, 1), taps, 4).channels, 16);
}

TEST(CostModel, MeasuredConstantsReplaceThoseOfTheProgram) {
  CostModel costs;
  const ConvKernel kernel = Compiled("conv", 1, 3);
  EXPECT_EQ(costs.Of(kernel).mac, 3);
  costs.kernels[CostKey(kernel)] = {2, 0, 0, 1};
  EXPECT_EQ(costs.Of(kernel).mac, 2);
  EXPECT_EQ(costs.Milliseconds(1000, 16), 0);  // no peak, no time
  costs.peak = 16;
  EXPECT_DOUBLE_EQ(costs.Milliseconds(1e6, 16), 1);
}

TEST(CostModel, CodeIsMadeWhereItPays) {
  const TapList taps = Taps(4, 10);  // 40 multiply-adds
  const std::vector<ConvKernel> kernels = {Compiled("compiled", 1, 2), Generated(4, 1)};
  CostModel costs;
  costs.generation = 100;  // 4000 for the layer; 40 are saved at every place
  const auto choose = [&](double places) {
    return ChooseConv(kernels, taps, {}, Input(10), costs, places);
  };
  EXPECT_EQ(choose(99).kernel.name, "compiled");
  EXPECT_TRUE(choose(99).saves_code);
  EXPECT_EQ(Why(choose(99)), "too little to do for code of its own");
  EXPECT_EQ(choose(101).kernel.name, "generated");
  EXPECT_FALSE(choose(101).saves_code);
  EXPECT_EQ(Why(choose(kAnyNumberOfPlaces)), "2.00x cheaper than compiled");
  EXPECT_EQ(Why(ChooseConv({kernels[0]}, taps, {}, Input(10))), "no other");
}

}  // namespace
}  // namespace winnow
