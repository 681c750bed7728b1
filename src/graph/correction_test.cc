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
