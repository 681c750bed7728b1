#include "graph/correction.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"

namespace winnow {
namespace {

// input + shuffle(exit(unshuffle(input))).
Model Correcting() {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId seen = g.Apply(PixelUnshuffle{2}, {input});
  const NodeId exit = g.Conv(g.Conv(seen, "entry", 4), "exit", 12);
  Model model;
  model.info.name = "correcting";
  model.graph = g.Finish({g.Add(g.Apply(PixelShuffle{2}, {exit}), input)});
  for (const Param& param : model.graph.params()) {
    model.weights.emplace_back(param.shape);
    std::ranges::fill(model.weights.back().data, 4.0f);
  }
  return model;
}

TEST(CorrectionTest, ScalesWeightAndBiasOfTheLastConvolutionAlone) {
  Model model = Correcting();
  ScaleCorrection(model, 0.25);
  for (std::size_t id = 0; id < model.weights.size(); ++id) {
    const bool last = model.graph.param(static_cast<ParamId>(id)).name.starts_with("exit");
    for (float value : model.weights[id].data) ASSERT_EQ(value, last ? 1.0f : 4.0f);
  }
}

// input + gate * enlarged(exit(halved)) + gate * exit(input), with one "exit" for both.
Model AtTwoScales(bool read_elsewhere) {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId half = g.Apply(Pool{PoolKind::kAverage, 2, 2, {}}, {input});
  const NodeId fine = g.Conv(input, "exit", 3), coarse = g.Conv(half, "exit", 3);
  const NodeId enlarged = g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {coarse});
  const NodeId seen = read_elsewhere ? fine : input;
  const NodeId gates = g.Conv(seen, "gate", 6, {.kernel = 1});
  const NodeId weighed_fine = g.Apply(Multiply{}, {fine, g.Apply(SliceChannels{0, 3}, {gates})});
  const NodeId weighed_coarse =
      g.Apply(Multiply{}, {enlarged, g.Apply(SliceChannels{3, 6}, {gates})});
  Model model;
  model.info.name = "two-scales";
  model.graph = g.Finish({g.Add(g.Add(weighed_fine, weighed_coarse), input)});
  for (const Param& param : model.graph.params()) {
    model.weights.emplace_back(param.shape);
    std::ranges::fill(model.weights.back().data, 4.0f);
  }
  return model;
}

TEST(CorrectionTest, FollowsAWeighedSumToTheWeightsThatAllItsTermsShare) {
  Model model = AtTwoScales(/*read_elsewhere=*/false);
  ScaleCorrection(model, 0.25);
  for (std::size_t id = 0; id < model.weights.size(); ++id) {
    const bool last = model.graph.param(static_cast<ParamId>(id)).name.starts_with("exit");
    for (float value : model.weights[id].data) ASSERT_EQ(value, last ? 1.0f : 4.0f);
  }
}

TEST(CorrectionTest, RefusesACorrectionThatOthersReadToo) {
  EXPECT_THROW(FindCorrection(AtTwoScales(/*read_elsewhere=*/true)), Error);
}

TEST(CorrectionTest, RefusesOtherNetworksAndStrengths) {
  Model model = Correcting();
  const Model before = model;
  for (double strength : {0.0, -1.0, 2.5}) EXPECT_THROW(ScaleCorrection(model, strength), Error);
  EXPECT_EQ(model, before);
  GraphBuilder g;
  Model plain;
  plain.graph = g.Finish({g.Conv(g.Input(3), "only", 3)});
  EXPECT_THROW(ScaleCorrection(plain, 0.5), Error);
}

}  // namespace
}  // namespace winnow
