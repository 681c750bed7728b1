#include <gtest/gtest.h>

#include <set>
#include <string>

#include "graph/correction.h"
#include "graph/shapes.h"
#include "networks/registry.h"

namespace winnow {
namespace {

Model Steered(int scales) {
  return BuildNetwork("steered_unet",
                      {.settings = {{"width", 8}, {"blocks", 1}, {"scales", scales}}});
}

std::set<std::string> Params(const Graph& graph) {
  std::set<std::string> names;
  for (const Param& param : graph.params()) names.insert(param.name);
  return names;
}

TEST(SteeredUnetTest, ScalesShareTheirWeights) {
  std::set<std::string> expected = Params(Steered(1).graph);
  for (const char* layer : {"gate.0", "gate.2"}) {
    expected.insert(std::string(layer) + ".weight");
    expected.insert(std::string(layer) + ".bias");
  }
  EXPECT_EQ(Params(Steered(2).graph), expected);
  EXPECT_EQ(Params(Steered(3).graph), expected);
}

TEST(SteeredUnetTest, EveryScaleHalvesTheExtent) {
  for (const auto& [scales, multiple] : {std::pair{1, 8}, std::pair{2, 16}, std::pair{3, 32}}) {
    const Model model = Steered(scales);
    EXPECT_EQ(model.info.size_multiple, multiple);
    const std::vector<Dims> dims = InferDims(model.graph, 3 * multiple, 5 * multiple);
    EXPECT_EQ(dims[model.graph.output()], (Dims{3, 3 * multiple, 5 * multiple}));
  }
}

TEST(SteeredUnetTest, AllScalesAreStrengthenedByTheirCommonExit) {
  for (int scales : {1, 2, 3}) {
    const Model model = Steered(scales);
    const std::set<ParamId> exit = {model.graph.FindParam("exit.weight"),
                                    model.graph.FindParam("exit.bias")};
    EXPECT_EQ(FindCorrection(model), exit);
  }
}

TEST(SteeredUnetTest, ACoarserScaleBeginsWithHalfTheWeight) {
  const Graph graph = Steered(2).graph;
  std::vector<Tensor> weights;
  for (const Param& param : graph.params()) weights.emplace_back(param.shape);
  for (const NetworkRow& row : Networks()) {
    if (row.name == "steered_unet") row.begin(graph, weights);
  }
  const auto& bias = weights[graph.FindParam("gate.2.bias")].data;
  ASSERT_EQ(bias.size(), 6u);
  EXPECT_GT(bias[0], 0);
  for (int colour = 0; colour < 3; ++colour) EXPECT_EQ(bias[3 + colour], bias[colour] / 2);
}

}  // namespace
}  // namespace winnow
