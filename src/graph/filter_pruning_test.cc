#include "graph/filter_pruning.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"
#include "graph/cost.h"

namespace winnow {
namespace {

double Macs(const Graph& graph) { return static_cast<double>(CountCost(graph, 4, 4).conv_macs); }

// Two 1x1 convolutions to 4 channels that are added, and one back to the picture.
Model Residual() {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(1), "a", 4, {.kernel = 1, .bias = false});
  const NodeId b = g.Conv(a, "b", 4, {.kernel = 1, .bias = false});
  const NodeId exit = g.Conv(g.Add(a, b), "exit", 1, {.kernel = 1, .bias = false});
  Model model;
  model.graph = g.Finish({exit});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  model.weights[0].data = {1, -5, 2, 3};
  model.weights[1].data = {0, 0,  0, 0,  //
                           1, 0,  0, 1,  //
                           4, -4, 0, 0,  //
                           0, 1,  0, -1};
  return model;
}

TEST(FilterPruningTest, NormsOfTiedFiltersAddUp) {
  const Model model = Residual();
  const ChannelTies ties(model.graph);
  const std::vector<double> norms = FilterNorms(model, ties);
  const std::vector<int>& sets = ties.OfNode(1);
  EXPECT_EQ(norms[sets[0]], 1);
  EXPECT_EQ(norms[sets[1]], 7);
  EXPECT_EQ(norms[sets[2]], 10);
  EXPECT_EQ(norms[sets[3]], 5);
}

TEST(FilterPruningTest, TheFiltersOfTransposedConvolutions) {
  GraphBuilder g;
  const NodeId up = g.ConvTranspose(g.Input(1), "up", 2, 1, 1, 0);
  Model model;
  model.graph = g.Finish({g.Conv(up, "exit", 1, {.kernel = 1})});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  model.weights[model.graph.FindParam("up.weight")].data = {3, -4};
  const ChannelTies ties(model.graph);
  EXPECT_EQ(FilterNorms(model, ties)[ties.OfNode(up)[1]], 4);
}

TEST(FilterPruningTest, ASharedWeightCountsOnce) {
  GraphBuilder g;
  const NodeId x = g.Conv(g.Input(1), "entry", 1, {.kernel = 1});
  const NodeId y = g.Conv(g.Conv(x, "again", 1, {.kernel = 1}), "again", 1, {.kernel = 1});
  Model model;
  model.graph = g.Finish({g.Conv(y, "exit", 1, {.kernel = 1})});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  model.weights[model.graph.FindParam("again.weight")].data = {2};
  const ChannelTies ties(model.graph);
  EXPECT_EQ(FilterNorms(model, ties)[ties.OfNode(y)[0]], 2);
}

TEST(FilterPruningTest, TheLargestAreKept) {
  // Dense: 4 + 16 + 4 = 24; of 2 channels 2 + 4 + 2 = 8; of 3, 15.
  const FilterPruned pruned = PruneFilters(Residual(), 14.0 / 24, Macs);
  EXPECT_DOUBLE_EQ(pruned.cost, 8.0 / 24);
  EXPECT_EQ(pruned.model.weights[0].data, (AlignedVector<float>{-5, 2}));
  EXPECT_EQ(pruned.model.weights[1].data, (AlignedVector<float>{0, 0, -4, 0}));
  EXPECT_EQ(pruned.model.weights[2].shape, (Shape{1, 2, 1, 1}));
}

TEST(FilterPruningTest, ABudgetMetExactlyIsUsedUp) {
  EXPECT_DOUBLE_EQ(PruneFilters(Residual(), 15.0 / 24, Macs).cost, 15.0 / 24);
}

TEST(FilterPruningTest, AllOfTheBudgetKeepsAll) {
  const Model model = Residual();
  const FilterPruned pruned = PruneFilters(model, 1, Macs);
  EXPECT_EQ(pruned.width, 1);
  EXPECT_EQ(pruned.model, model);
}

TEST(FilterPruningTest, OfEqualNormsTheEarlierIsKept) {
  Model model = Residual();
  model.weights[0].data = {1, 1, 1, 1};
  model.weights[1].data.assign(16, 0.0f);
  model.weights[2].data = {1, 2, 3, 4};
  EXPECT_EQ(PruneFilters(model, 8.0 / 24, Macs).model.weights[2].data,
            (AlignedVector<float>{1, 2}));
}

TEST(FilterPruningTest, NormalisedChannelsGoWithTheirFactors) {
  GraphBuilder g;
  const NodeId normal = g.LayerNorm(g.Conv(g.Input(1), "a", 4, {.kernel = 1, .bias = false}), "n");
  Model model;
  model.graph = g.Finish({g.Conv(normal, "b", 1, {.kernel = 1, .bias = false})});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  const auto set = [](Model& of, const char* name, AlignedVector<float> values) {
    of.weights[of.graph.FindParam(name)].data = std::move(values);
  };
  set(model, "a.weight", {1, 4, 2, 3});
  set(model, "n.weight", {5, 6, 7, 8});
  const Model pruned = PruneFilters(model, 0.5, Macs).model;
  EXPECT_EQ(pruned.weights[pruned.graph.FindParam("a.weight")].data, (AlignedVector<float>{4, 3}));
  EXPECT_EQ(pruned.weights[pruned.graph.FindParam("n.weight")].data, (AlignedVector<float>{6, 8}));
  EXPECT_EQ(pruned.weights[pruned.graph.FindParam("n.bias")].shape, Shape{2});
}

TEST(FilterPruningTest, ABudgetBelowOneChannelIsRefused) {
  try {
    PruneFilters(Residual(), 2.0 / 24, Macs);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("costs 0.125"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace winnow
