#include "graph/cost.h"

#include <gtest/gtest.h>

#include "graph/builder.h"

namespace winnow {
namespace {

std::vector<std::string> NamesOf(const Graph& graph, const std::vector<NodeId>& ids) {
  std::vector<std::string> names;
  for (NodeId id : ids) names.push_back(graph.node(id).name);
  return names;
}

using Names = std::vector<std::string>;

TEST(CostTest, CountsByHand) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId conv = g.Conv(x, "conv", 8, {.stride = 2});  // 8*3*9 = 216 weights
  const NodeId relu = g.Apply(Relu{}, {conv});              // 8 * 5 * 3 elements
  const NodeId bare = g.Functional(Relu{}, relu);           // not counted
  const NodeId grouped = g.Conv(bare, "grouped", 8, {.kernel = 1, .groups = 4, .bias = false});
  const NodeId up = g.ConvTranspose(grouped, "up", 2);  // 8*2*16 = 256 weights
  const NodeId prelu = g.PRelu(up, "prelu");            // 2 * 10 * 6 elements
  const Graph graph = g.Finish({prelu});

  const std::vector<Dims> dims = InferDims(graph, 10, 5);
  EXPECT_EQ(dims[conv], (Dims{8, 5, 3}));
  EXPECT_EQ(NodeMacs(graph, conv, dims), 216 * 15);
  EXPECT_EQ(NodeMacs(graph, grouped, dims), 16 * 15);
  EXPECT_EQ(NodeMacs(graph, up, dims), 256 * 15);
  EXPECT_EQ(NodeMacs(graph, relu, dims), 0);

  const Cost cost = CountCost(graph, 10, 5);
  EXPECT_EQ(cost.conv_weights, 216 + 16 + 256);
  EXPECT_EQ(cost.params, 216 + 8 + 16 + 256 + 2 + 2);
  EXPECT_EQ(cost.conv_macs, (216 + 16 + 256) * 15);
  const std::int64_t biases = 8 * 15 + 2 * 60;
  const std::int64_t activations = 8 * 15 + 2 * 60;
  EXPECT_EQ(cost.paper_macs, cost.conv_macs + biases + activations);
}

TEST(CostTest, SharedWeightsCostTimeOnceEachButSpaceOnce) {
  GraphBuilder g;
  NodeId x = g.Input(3);
  for (int i = 0; i < 3; ++i) x = g.Conv(x, "c", 3);
  const Cost cost = CountCost(g.Finish({x}), 4, 4);
  EXPECT_EQ(cost.conv_weights, 81);
  EXPECT_EQ(cost.params, 84);
  EXPECT_EQ(cost.conv_macs, 3 * 81 * 16);
}

TEST(CostTest, AWeightIsFreeOfItsSize) {
  GraphBuilder g;
  const NodeId x = g.Conv(g.Input(3), "c", 4);
  EXPECT_EQ(CountCost(g.Finish({x}), 1, 1).conv_macs, 108);
}

TEST(PrunableTest, LeavesFirstAndLastOut) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId first = g.Conv(x, "first", 8);
  const NodeId inner = g.Conv(g.Apply(Relu{}, {first}), "inner", 8);
  const NodeId last = g.Conv(g.Add(inner, first), "last", 3);
  const Graph graph = g.Finish({g.Add(last, x)});
  EXPECT_EQ(NamesOf(graph, PrunableConvs(graph)), Names{"inner"});
}

TEST(PrunableTest, AShuffledLastIsAChoice) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(3), "first", 8);
  const NodeId inner = g.Conv(first, "inner", 8);
  const NodeId last = g.Conv(inner, "last", 12);
  const Graph graph = g.Finish({g.Apply(PixelShuffle{2}, {last})});
  EXPECT_EQ(NamesOf(graph, PrunableConvs(graph)), Names{"inner"});
  EXPECT_EQ(NamesOf(graph, PrunableConvs(graph, true)), (Names{"inner", "last"}));
}

TEST(PrunableTest, EveryLevelOfAPyramidHasFirstAndLast) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId inner2 = g.Conv(g.Conv(x, "first2", 8), "inner2", 8);
  const NodeId residual = g.Conv(inner2, "last2", 3);
  const NodeId inner1 = g.Conv(g.Conv(g.Add(x, residual), "first1", 8), "inner1", 8);
  const Graph graph = g.Finish({g.Conv(inner1, "last1", 3)});
  EXPECT_EQ(NamesOf(graph, PrunableConvs(graph)), (Names{"inner2", "inner1"}));
}

TEST(PrunableTest, SharingAFirstWeightKeepsANodeDense) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(4), "shared", 4);
  const NodeId again = g.Conv(first, "shared", 4);
  const NodeId inner = g.Conv(again, "inner", 4);
  const Graph graph = g.Finish({g.Conv(inner, "last", 4)});
  EXPECT_EQ(NamesOf(graph, PrunableConvs(graph)), Names{"inner"});
}

TEST(PrunableTest, TransposedConvolutionsAreNot) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(3), "first", 8);
  const NodeId up = g.ConvTranspose(first, "up", 8);
  const Graph graph = g.Finish({g.Conv(up, "last", 3)});
  EXPECT_TRUE(PrunableConvs(graph).empty());
}

}  // namespace
}  // namespace winnow
