#include "graph/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "graph/builder.h"
#include "graph/filter_pruning.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

// How many channels the sets of each family hold in node `id`; families that avoid it are left out.
std::vector<std::vector<int>> FamiliesIn(const ChannelTies& ties, NodeId id) {
  std::vector<std::vector<int>> counts;
  for (const std::vector<int>& family : ties.families()) {
    std::vector<int> count;
    for (int set : family) {
      count.push_back(static_cast<int>(std::ranges::count(ties.OfNode(id), set)));
    }
    if (std::ranges::max(count) > 0) counts.push_back(count);
  }
  return counts;
}

using Counts = std::vector<std::vector<int>>;

// All sets but those of these channels of a node.
std::vector<bool> Without(const ChannelTies& ties, NodeId id, const std::vector<int>& channels) {
  std::vector<bool> kept(ties.sets(), true);
  for (int c : channels) kept[ties.OfNode(id)[c]] = false;
  return kept;
}

Shape ShapeOf(const Graph& graph, const std::string& param) {
  return graph.param(graph.FindParam(param)).shape;
}

// Weights 0, 1, 2, ... each.
Model Counting(Graph graph) {
  Model model;
  model.graph = std::move(graph);
  for (const Param& param : model.graph.params()) {
    Tensor& weight = model.weights.emplace_back(param.shape);
    for (std::int64_t i = 0; i < weight.size(); ++i) weight.data[i] = static_cast<float>(i);
  }
  return model;
}

TEST(ShrinkTest, AChainLosesFiltersBiasesSlopesAndTheInputsThatReadThem) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 4, {.kernel = 1});
  const NodeId b = g.Conv(g.PRelu(a, "slopes"), "b", 3, {.kernel = 1});
  const Model model = Counting(g.Finish({b}));
  const ChannelTies ties(model.graph);
  EXPECT_EQ(FamiliesIn(ties, a), (Counts{{1, 1, 1, 1}}));
  EXPECT_EQ(FamiliesIn(ties, b), Counts{});  // the picture

  const Model shrunk = RemoveChannels(model, ties, Without(ties, a, {0, 2}));
  const auto weight = [&](const std::string& name) {
    const AlignedVector<float>& data = shrunk.weights[shrunk.graph.FindParam(name)].data;
    return std::vector<float>(data.begin(), data.end());
  };
  EXPECT_EQ(weight("a.weight"), (std::vector<float>{3, 4, 5, 9, 10, 11}));
  EXPECT_EQ(weight("a.bias"), (std::vector<float>{1, 3}));
  EXPECT_EQ(weight("slopes.weight"), (std::vector<float>{1, 3}));
  EXPECT_EQ(weight("b.weight"), (std::vector<float>{1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(weight("b.bias"), (std::vector<float>{0, 1, 2}));
}

TEST(ShrinkTest, ResidualsTieTheConvolutionsThatAreAdded) {
  GraphBuilder g;
  const NodeId entry = g.Conv(g.Input(3), "entry", 4);
  const NodeId inner = g.Conv(entry, "inner", 6);
  const NodeId back = g.Conv(inner, "back", 4);
  const NodeId exit = g.Conv(g.Add(entry, back), "exit", 3);
  const Graph graph = g.Finish({exit});
  const ChannelTies ties(graph);
  EXPECT_EQ(ties.OfNode(entry), ties.OfNode(back));
  EXPECT_EQ(ties.families().size(), 2u);
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, back, {1}));
  EXPECT_EQ(ShapeOf(shrunk, "entry.weight"), (Shape{3, 3, 3, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "inner.weight"), (Shape{6, 3, 3, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "back.weight"), (Shape{3, 6, 3, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "exit.weight"), (Shape{3, 3, 3, 3}));
}

TEST(ShrinkTest, WhatIsTiedWithInputOrOutputStays) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId residual = g.Conv(g.Conv(x, "a", 4), "b", 3);
  const NodeId coarse = g.Conv(g.Add(x, residual), "c", 5);
  const NodeId fine = g.Conv(coarse, "d", 3);
  const ChannelTies ties(g.Finish({coarse, fine}));
  ASSERT_EQ(ties.families().size(), 1u);
  EXPECT_EQ(ties.families()[0].size(), 4u);
}

TEST(ShrinkTest, FiltersCanBeKeptWhole) {
  GraphBuilder g;
  const NodeId b = g.Conv(g.Conv(g.Input(3), "a", 4), "b", 6);
  const Graph graph = g.Finish({g.Conv(b, "c", 3)});
  const std::vector<ParamId> whole = {graph.FindParam("b.weight")};
  const ChannelTies ties(graph, whole);
  ASSERT_EQ(ties.families().size(), 1u);
  EXPECT_EQ(ties.families()[0].size(), 4u);
}

TEST(ShrinkTest, ConcatenatedChannelsKeepTheirPlaces) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId a = g.Conv(x, "a", 2), b = g.Conv(x, "b", 3);
  const NodeId all = g.Concat({a, b, a});
  const Model model = Counting(g.Finish({g.Conv(all, "fuse", 3, {.kernel = 1})}));
  const ChannelTies ties(model.graph);
  EXPECT_EQ(FamiliesIn(ties, all), (Counts{{2, 2}, {1, 1, 1}}));
  std::vector<bool> kept = Without(ties, b, {1});
  kept[ties.OfNode(a)[0]] = false;
  const Model shrunk = RemoveChannels(model, ties, kept);
  const Tensor& fuse = shrunk.weights[shrunk.graph.FindParam("fuse.weight")];
  EXPECT_EQ(fuse.shape, (Shape{3, 4, 1, 1}));
  EXPECT_EQ(std::vector<float>(fuse.data.begin(), fuse.data.begin() + 4),
            (std::vector<float>{1, 2, 4, 6}));
}

TEST(ShrinkTest, SlicesAreFamiliesAndMoveTogether) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 6);
  const NodeId first = g.Apply(SliceChannels{0, 2}, {a}), rest = g.Apply(SliceChannels{2, 6}, {a});
  const NodeId b = g.Conv(rest, "b", 2);
  const NodeId exit = g.Conv(g.Concat({first, b}), "exit", 3);
  const Graph graph = g.Finish({exit});
  const ChannelTies ties(graph);
  EXPECT_EQ(FamiliesIn(ties, a), (Counts{{1, 1}, {1, 1, 1, 1}}));
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, a, {1, 2, 5}));
  EXPECT_EQ(std::get<SliceChannels>(shrunk.node(first).op), (SliceChannels{0, 1}));
  EXPECT_EQ(std::get<SliceChannels>(shrunk.node(rest).op), (SliceChannels{1, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "exit.weight"), (Shape{3, 3, 3, 3}));
}

TEST(ShrinkTest, ASharedWeightTiesItsInputsAndOutputs) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "entry", 4);
  const NodeId entry = x;
  for (int i = 0; i < 3; ++i) x = g.Conv(x, "again", 4);
  const Graph graph = g.Finish({g.Conv(x, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_EQ(ties.OfNode(entry), ties.OfNode(x));
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, x, {3}));
  EXPECT_EQ(ShapeOf(shrunk, "again.weight"), (Shape{3, 3, 3, 3}));
}

TEST(ShrinkTest, APixelShuffleTiesWhatBecomesOneChannel) {
  for (ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr}) {
    GraphBuilder g;
    const NodeId a = g.Conv(g.Input(3), "a", 12);
    const NodeId up = g.Apply(PixelShuffle{2, order}, {a});
    const Graph graph = g.Finish({g.Conv(up, "exit", 3)});
    const ChannelTies ties(graph);
    EXPECT_EQ(FamiliesIn(ties, a), (Counts{{4, 4, 4}}));
    EXPECT_EQ(ties.OfNode(up)[1], ties.OfNode(a)[order == ShuffleOrder::kCrd ? 4 : 10]);
    const Graph shrunk = RemoveChannels(graph, ties, Without(ties, up, {1}));
    EXPECT_EQ(ShapeOf(shrunk, "a.weight"), (Shape{8, 3, 3, 3}));
    EXPECT_EQ(ShapeOf(shrunk, "exit.weight"), (Shape{3, 2, 3, 3}));
  }
}

TEST(ShrinkTest, TheShuffleThatMakesThePictureStays) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Conv(g.Input(3), "first", 2), "a", 12);
  const ChannelTies ties(g.Finish({g.Apply(PixelShuffle{2}, {a})}));
  EXPECT_EQ(FamiliesIn(ties, a), Counts{});
  EXPECT_EQ(ties.families().size(), 1u);
}

TEST(ShrinkTest, GroupsStayEquallyWide) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 8);
  const NodeId b = g.Conv(a, "b", 6, {.groups = 2});
  const Graph graph = g.Finish({g.Conv(b, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_EQ(FamiliesIn(ties, a), (Counts{{2, 2, 2, 2}}));
  EXPECT_EQ(FamiliesIn(ties, b), (Counts{{2, 2, 2}}));
  std::vector<bool> kept = Without(ties, a, {5});
  kept[ties.OfNode(b)[0]] = false;
  const Graph shrunk = RemoveChannels(graph, ties, kept);
  EXPECT_EQ(ShapeOf(shrunk, "a.weight"), (Shape{6, 3, 3, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "b.weight"), (Shape{4, 3, 3, 3}));
}

TEST(ShrinkTest, DepthwiseConvolutionsLoseGroups) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 4);
  const NodeId depthwise = g.Conv(a, "depthwise", 8, {.groups = 4});
  const Graph graph = g.Finish({g.Conv(depthwise, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_EQ(FamiliesIn(ties, depthwise), (Counts{{2, 2, 2, 2}}));
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, a, {2}));
  EXPECT_EQ(std::get<Conv2d>(shrunk.node(depthwise).op).groups, 3);
  EXPECT_EQ(ShapeOf(shrunk, "depthwise.weight"), (Shape{6, 1, 3, 3}));
  EXPECT_EQ(ShapeOf(shrunk, "exit.weight"), (Shape{3, 6, 3, 3}));
}

TEST(ShrinkTest, TransposedConvolutionsHaveTheirFiltersOnTheSecondAxis) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 4);
  const NodeId up = g.ConvTranspose(a, "up", 5);
  const Graph graph = g.Finish({g.Conv(up, "exit", 3)});
  const ChannelTies ties(graph);
  std::vector<bool> kept = Without(ties, up, {0, 3});
  kept[ties.OfNode(a)[1]] = false;
  EXPECT_EQ(ShapeOf(RemoveChannels(graph, ties, kept), "up.weight"), (Shape{3, 3, 4, 4}));
}

TEST(ShrinkTest, GatesAndConstantsFollowTheirChannels) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 3);
  const NodeId scaled = g.Apply(ScaleShift{{1, 2, 3}, {4, 5, 6}}, {a});
  const NodeId squeezed = g.Conv(g.Apply(GlobalPool{}, {scaled}), "squeeze", 2, {.kernel = 1});
  const NodeId gate = g.Apply(Sigmoid{}, {g.Conv(squeezed, "excite", 3, {.kernel = 1})});
  const NodeId gated = g.Apply(Multiply{}, {scaled, gate});
  const Graph graph = g.Finish({g.Conv(gated, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_EQ(ties.OfNode(gate), ties.OfNode(a));
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, a, {1}));
  EXPECT_EQ(std::get<ScaleShift>(shrunk.node(scaled).op), (ScaleShift{{1, 3}, {4, 6}}));
  EXPECT_EQ(ShapeOf(shrunk, "squeeze.weight"), (Shape{2, 2, 1, 1}));
  EXPECT_EQ(ShapeOf(shrunk, "excite.weight"), (Shape{2, 2, 1, 1}));
}

TEST(ShrinkTest, SpatialPartsTieTheirChannels) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 4);
  const NodeId top = g.Apply(SplitSpatial{Axis::kHeight, 2, 0}, {a});
  const NodeId bottom = g.Conv(g.Apply(SplitSpatial{Axis::kHeight, 2, 1}, {a}), "b", 4);
  const NodeId whole = g.Apply(Concat{Axis::kHeight}, {top, bottom});
  const ChannelTies ties(g.Finish({g.Conv(whole, "exit", 3)}));
  EXPECT_EQ(ties.OfNode(bottom), ties.OfNode(a));
  EXPECT_EQ(ties.OfNode(whole), ties.OfNode(a));
}

TEST(ShrinkTest, ANodeCannotLoseAllChannels) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 2);
  const Graph graph = g.Finish({g.Conv(a, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_THROW(RemoveChannels(graph, ties, Without(ties, a, {0, 1})), Error);
}

TEST(ShrinkTest, FactorsOfChannelsGoWithThem) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 4);
  const NodeId b = g.Conv(g.LayerNorm(a, "norm"), "b", 6);
  const NodeId scaled = g.ChannelScale(b, "factors");
  const Model model = Counting(g.Finish({g.Conv(scaled, "exit", 3, {.kernel = 1})}));
  const ChannelTies ties(model.graph);
  EXPECT_EQ(FamiliesIn(ties, a), (Counts{{1, 1, 1, 1}}));
  EXPECT_EQ(FamiliesIn(ties, b), (Counts{{1, 1, 1, 1, 1, 1}}));
  const Model shrunk = RemoveChannels(model, ties, Without(ties, b, {0, 3, 4}));
  const Tensor& factors = shrunk.weights[shrunk.graph.FindParam("factors")];
  EXPECT_EQ(factors.shape, (Shape{1, 3, 1, 1}));
  EXPECT_EQ(factors.data, (AlignedVector<float>{1, 2, 5}));
}

TEST(ShrinkTest, APixelUnshuffleTiesWhatComesFromOneChannel) {
  GraphBuilder g;
  const NodeId a = g.Conv(g.Input(3), "a", 3);
  const NodeId deep = g.Apply(PixelUnshuffle{2}, {a});
  const Graph graph = g.Finish({g.Conv(deep, "exit", 3)});
  const ChannelTies ties(graph);
  EXPECT_EQ(FamiliesIn(ties, deep), (Counts{{4, 4, 4}}));
  const Graph shrunk = RemoveChannels(graph, ties, Without(ties, a, {1}));
  EXPECT_EQ(ShapeOf(shrunk, "exit.weight"), (Shape{3, 8, 3, 3}));
}

}  // namespace
}  // namespace winnow
