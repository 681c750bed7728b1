#include "training/initial_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/builder.h"

namespace winnow {
namespace {

TEST(InitialWeightsTest, BoundsSlopesAndSharing) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "a", 16);
  x = g.PRelu(x, "p");
  x = g.Conv(x, "b", 16, {.groups = 4});
  x = g.Conv(x, "b", 16, {.groups = 4});
  x = g.ConvTranspose(x, "t", 3);
  Model model;
  model.graph = g.Finish({x});
  const Graph& graph = model.graph;
  Random random(1);
  const std::vector<Tensor> weights = InitialWeights(model, random);
  const auto expect_uniform = [&](const std::string& name, double fan_in) {
    const auto& data = weights[graph.FindParam(name)].data;
    const double bound = 1 / std::sqrt(fan_in);
    const auto [low, high] = std::minmax_element(data.begin(), data.end());
    EXPECT_GE(*low, -bound) << name;
    EXPECT_LE(*high, bound) << name;
    if (data.size() > 100) EXPECT_GT(*high - *low, 1.9 * bound) << name;
    EXPECT_NE(*low, *high) << name;
  };
  expect_uniform("a.weight", 27);
  expect_uniform("a.bias", 27);
  expect_uniform("b.weight", 4 * 9);
  expect_uniform("t.weight", 3 * 16);
  for (float slope : weights[graph.FindParam("p.weight")].data) EXPECT_EQ(slope, 0.25f);
}

TEST(InitialWeightsTest, TheGeneratorDecides) {
  GraphBuilder g;
  Model model;
  model.graph = g.Finish({g.Conv(g.Input(3), "a", 3)});
  Random first(1), again(1), other(2);
  const std::vector<Tensor> weights = InitialWeights(model, first);
  EXPECT_EQ(weights, InitialWeights(model, again));
  EXPECT_NE(weights, InitialWeights(model, other));
}

}  // namespace
}  // namespace winnow
