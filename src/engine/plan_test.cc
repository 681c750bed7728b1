// What a plan decides: layouts, fusion, memory.
#include "engine/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/units.h"
#include "graph/builder.h"
#include "kernels/isa.h"

namespace winnow {
namespace {

Model WithZeroWeights(Graph graph) {
  Model model;
  model.graph = std::move(graph);
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  return model;
}

TEST(Layout, StridesAndShufflesScaleTheSpan) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId half = b.Conv(x, "down", 16, {.stride = 2});
  const NodeId back = b.Apply(PixelShuffle{2}, {half});
  const NodeId triple = b.Apply(Resize{ResizeMode::kBilinear, 3, 1}, {back});
  const Graph graph = b.Finish({triple});
  // 33 pixels in 16 lanes need a span of 3, and halving it needs an even one.
  const std::vector<NodeLayout> layout = ChooseLayout(graph, InferDims(graph, 5, 33), 16);
  EXPECT_EQ(layout[x].span, 4);
  EXPECT_EQ(layout[half].span, 2);
  EXPECT_EQ(layout[back].span, 4);
  EXPECT_EQ(layout[triple].span, 12);
  for (const NodeLayout& node : layout) EXPECT_TRUE(node.local);
}

TEST(Layout, MovesBetweenLanesArePlanarAndStartAfresh) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId moved = b.Apply(PixelUnshuffle{2}, {x});
  const NodeId y = b.Conv(moved, "conv", 4);
  const Graph graph = b.Finish({y});
  const std::vector<NodeLayout> layout = ChooseLayout(graph, InferDims(graph, 8, 62), 16);
  EXPECT_FALSE(layout[moved].local);
  EXPECT_EQ(layout[x].span, 4);
  EXPECT_EQ(layout[y].span, 2);
}

TEST(Layout, KernelsThatMovePixelsBetweenLanesLeaveSpansFree) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId pooled = b.Apply(Pool{PoolKind::kMax, 7, 3, {}}, {x});
  const NodeId back = b.Apply(Resize{ResizeMode::kBilinear}, {b.Conv(pooled, "conv", 4), x});
  const Graph graph = b.Finish({b.Add(back, x)});
  const std::vector<NodeLayout> layout = ChooseLayout(graph, InferDims(graph, 20, 62), 16);
  EXPECT_EQ(layout[x].span, 4);
  EXPECT_EQ(layout[pooled].span, 2);
  EXPECT_EQ(layout[back].span, 4);
  for (const NodeLayout& node : layout) EXPECT_TRUE(node.local);
}

TEST(Units, ConvolutionsTakeWhatFollows) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId up = b.Apply(PixelShuffle{2}, {b.Functional(Relu{}, b.Conv(x, "conv", 12))});
  const NodeId skip =
      b.Apply(Resize{ResizeMode::kNearest, 2, 1}, {b.Apply(SliceChannels{0, 3}, {x})});
  const NodeId sum = b.Add(up, skip);
  const NodeId out = b.Functional(LeakyRelu{0.1f}, sum);
  const Graph graph = b.Finish({out});
  const std::vector<Dims> dims = InferDims(graph, 4, 4);
  const std::vector<Unit> units = MakeUnits(graph, dims, ChooseLayout(graph, dims, 8));
  ASSERT_EQ(units.size(), 4u);  // input, slice, resize, convolution
  const Unit& conv = units.back();
  EXPECT_EQ(conv.node, 1);
  EXPECT_EQ(conv.result, out);
  EXPECT_EQ(conv.before, 2);
  EXPECT_EQ(conv.shuffle, up);
  EXPECT_EQ(conv.residual, skip);
  EXPECT_EQ(conv.after, out);
}

TEST(Units, GatesFollowConvolutionsAndOtherOperators) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId conv = b.Conv(x, "conv", 4);
  const NodeId first = b.Apply(Multiply{}, {x, b.Apply(Sigmoid{}, {conv})});
  const NodeId clamped = b.Apply(Clamp{0, 1}, {first});
  const NodeId second = b.Apply(Multiply{}, {b.Apply(Sigmoid{}, {clamped}), x});
  // One value a channel is a factor of another size.
  const NodeId mean = b.Apply(GlobalPool{}, {second});
  const NodeId scaled = b.Apply(Multiply{}, {second, b.Apply(Sigmoid{}, {mean})});
  const Graph graph = b.Finish({scaled});
  const std::vector<Dims> dims = InferDims(graph, 4, 4);
  const std::vector<Unit> units = MakeUnits(graph, dims, ChooseLayout(graph, dims, 8));
  ASSERT_EQ(units.size(), 7u);  // input, two gates, clamp, mean, sigmoid, product
  EXPECT_EQ(units[1].node, conv);
  EXPECT_EQ(units[1].result, first);
  EXPECT_EQ(units[1].gated, x);
  EXPECT_EQ(units[3].result, second);
  EXPECT_EQ(units[3].gated, x);
  EXPECT_EQ(InputsOf(graph, units[3]), (std::vector<NodeId>{clamped, x}));
  EXPECT_EQ(units[5].gated, kNoNode);
}

TEST(Units, ResultsReadTwiceAreNotFusedAway) {
  GraphBuilder b;
  const NodeId conv = b.Conv(b.Input(4), "conv", 4);
  const NodeId relu = b.Functional(Relu{}, conv);
  const NodeId dead = b.Apply(Tanh{}, {relu});
  const Graph graph = b.Finish({conv, relu});
  const std::vector<Dims> dims = InferDims(graph, 4, 4);
  const std::vector<Unit> units = MakeUnits(graph, dims, ChooseLayout(graph, dims, 8));
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(units[1].result, conv);
  EXPECT_TRUE(
      std::none_of(units.begin(), units.end(), [&](const Unit& u) { return u.result == dead; }));
}

TEST(Memory, ConcatenationAndSlicesCopyNothing) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId a = b.Conv(x, "a", 4);
  const NodeId first = b.Concat({x, a});
  const NodeId c = b.Conv(first, "c", 4);
  const NodeId second = b.Concat({first, c});
  const NodeId tail = b.Apply(SliceChannels{4, 12}, {second});
  const NodeId out = b.Conv(tail, "out", 2);
  const Model model = WithZeroWeights(b.Finish({out}));
  const Plan plan(model, ChooseIsa(), {}, 6, 6);
  for (const Step& step : plan.steps()) EXPECT_NE(step.kernel, "copy");
  EXPECT_TRUE(plan.memory().IsPart(a, second, 4, Element::kFloat));
  EXPECT_TRUE(plan.memory().IsPart(c, second, 8, Element::kFloat));
  EXPECT_TRUE(plan.memory().IsPart(tail, second, 4, Element::kFloat));
}

// A chain of convolutions and a wide one at its end.
Model ChainOf(int length) {
  GraphBuilder b;
  NodeId x = b.Input(8);
  for (int i = 0; i < length; ++i) x = b.Conv(x, "conv" + std::to_string(i), 8);
  return WithZeroWeights(b.Finish({b.Conv(x, "wide", 64)}));
}

TEST(Memory, LongChainsReuseBuffers) {
  const auto bytes = [](int length, std::int64_t cache_bytes) {
    const SessionOptions options = {.cache_bytes = cache_bytes};
    return Plan(ChainOf(length), ChooseIsa(), options, 40, 320).memory().bytes();
  };
  EXPECT_EQ(bytes(4, 1), bytes(40, 1));
  // Buffers that live as long as their group cost little, however large the cache.
  EXPECT_LE(2 * bytes(40, 1 << 30), 3 * bytes(40, 1));
}

TEST(Memory, IsForetoldExactly) {
  GraphBuilder b;
  const NodeId x = b.Input(3);
  const NodeId up = b.Apply(Resize{ResizeMode::kNearest, 2, 1}, {b.Concat({b.Conv(x, "a", 8), x})});
  const Model branches = WithZeroWeights(b.Finish({up, b.Apply(GlobalPool{}, {up})}));
  for (const Model& model : {branches, ChainOf(12)}) {
    for (std::int64_t cache_bytes : {1, 1 << 20}) {
      const SessionOptions options = {.cache_bytes = cache_bytes};
      EXPECT_EQ(PlanBytes(model.graph, ChooseIsa(), options, 40, 64),
                Plan(model, ChooseIsa(), options, 40, 64).memory().bytes());
    }
  }
}

TEST(Plan, StepsFollowEachOtherWhereTheirRowsFit) {
  const Model model = ChainOf(40);
  const auto stages = [&](std::int64_t cache_bytes) {
    const SessionOptions options = {.cache_bytes = cache_bytes};
    return Plan(model, ChooseIsa(), options, 40, 320).stages().size();
  };
  EXPECT_EQ(stages(1), 42u);  // the input, 41 convolutions with the conversion of the last
  EXPECT_LT(stages(150'000), 21u);
  EXPECT_LT(stages(1 << 30), stages(150'000));
}

// What needs a whole plane begins when that is made; what needs the rows of others follows them.
TEST(Plan, ResizingToAnExtentBeginsAGroup) {
  GraphBuilder b;
  const NodeId x = b.Input(4);
  const NodeId pooled = b.Apply(Pool{PoolKind::kMax, 4, 4, {}}, {x});
  const NodeId small = b.Conv(pooled, "small", 4);
  const NodeId large = b.Apply(Resize{ResizeMode::kBilinear}, {small, x});
  const Model model = WithZeroWeights(b.Finish({b.Add(b.Conv(large, "conv", 4), x)}));
  const Plan plan(model, ChooseIsa(), {.cache_bytes = 1 << 30}, 24, 40);
  EXPECT_EQ(plan.steps()[plan.stages().back().begin].kernel, "resize rows");
  EXPECT_EQ(plan.steps().back().node, "conv");
}

TEST(Plan, CountsTheWeightsThatAreNotZero) {
  GraphBuilder b;
  Model model = WithZeroWeights(b.Finish({b.Conv(b.Input(2), "conv", 3)}));
  model.weights[0].data[4] = model.weights[0].data[20] = 1;
  const Plan plan(model, ChooseIsa(), {}, 5, 7);
  EXPECT_EQ(plan.steps().back().node, "conv");
  EXPECT_EQ(plan.steps().back().macs, 2 * 5 * 7);
}

}  // namespace
}  // namespace winnow
