#include "graph/shapes.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "graph/builder.h"

namespace winnow {
namespace {

// The extent of `op` on a 3-channel input of height x width.
Dims DimsOf(Op op, std::int64_t height, std::int64_t width) {
  GraphBuilder g;
  const NodeId x = g.Apply(std::move(op), {g.Input(3)});
  return InferDims(g.Finish({x}), height, width).back();
}

std::string ErrorOf(const Graph& graph, std::int64_t height, std::int64_t width) {
  try {
    InferDims(graph, height, width);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "no error";
}

TEST(ShapesTest, Convolutions) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId same = g.Conv(x, "same", 8);
  const NodeId half = g.Conv(same, "half", 8, {.kernel = 5, .stride = 2});
  const NodeId valid = g.Conv(half, "valid", 4, {.kernel = 3, .pad = 0});
  const NodeId up = g.ConvTranspose(valid, "up", 2);
  const std::vector<Dims> dims = InferDims(g.Finish({up}), 7, 10);
  EXPECT_EQ(dims[same], (Dims{8, 7, 10}));
  EXPECT_EQ(dims[half], (Dims{8, 4, 5}));
  EXPECT_EQ(dims[valid], (Dims{4, 2, 3}));
  EXPECT_EQ(dims[up], (Dims{2, 4, 6}));
}

TEST(ShapesTest, DilationAndUnevenPads) {
  Graph graph;
  graph.AddNode({Input{2}, {}, "in"});
  const ParamId weight = graph.AddParam({"w", {5, 1, 3, 2}});
  Conv2d conv{.weight = weight, .pads = {1, 0, 2, 1}, .dilation = 2, .groups = 2};
  EXPECT_THROW(graph.AddNode({conv, {0}, "conv"}), Error);  // 2 does not divide 5
  conv.weight = graph.AddParam({"w4", {4, 1, 3, 2}});
  graph.AddNode({conv, {0}, "conv"});
  graph.SetOutputs({1});
  EXPECT_EQ(InferDims(graph, 6, 6)[1], (Dims{4, 5, 5}));
}

TEST(ShapesTest, TransposedWithOutputPadding) {
  Graph graph;
  graph.AddNode({Input{4}, {}, "in"});
  const ParamId weight = graph.AddParam({"w", {4, 3, 3, 3}});
  graph.AddNode(
      {ConvTranspose2d{
           .weight = weight, .stride = 2, .pads = UniformPads(1), .output_padding = 1, .groups = 2},
       {0},
       "up"});
  graph.SetOutputs({1});
  EXPECT_EQ(InferDims(graph, 5, 1)[1], (Dims{6, 10, 2}));
}

TEST(ShapesTest, OperatorsWithoutParams) {
  EXPECT_EQ(DimsOf(Resize{ResizeMode::kBilinear, 1, 2}, 5, 4), (Dims{3, 2, 2}));
  EXPECT_EQ(DimsOf(Resize{ResizeMode::kNearest, 3, 2}, 5, 4), (Dims{3, 7, 6}));
  EXPECT_EQ(DimsOf(Pool{PoolKind::kMax, 3, 2, UniformPads(1)}, 5, 6), (Dims{3, 3, 3}));
  EXPECT_EQ(DimsOf(GlobalPool{}, 5, 6), (Dims{3, 1, 1}));
  EXPECT_EQ(DimsOf(Pad{PadMode::kReflect, {1, 2, 3, 0}}, 4, 3), (Dims{3, 8, 5}));
  EXPECT_EQ(DimsOf(SplitSpatial{Axis::kWidth, 3, 1}, 5, 6), (Dims{3, 5, 2}));
  EXPECT_EQ(DimsOf(SliceChannels{1, 3}, 1, 1), (Dims{2, 1, 1}));
  EXPECT_EQ(DimsOf(Clamp{}, 1, 9), (Dims{3, 1, 9}));
}

TEST(ShapesTest, JoiningAndBroadcasting) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId deep = g.Concat({x, x, x});
  const NodeId tall = g.Apply(Concat{Axis::kHeight}, {x, x});
  const NodeId wide = g.Apply(Concat{Axis::kWidth}, {x, x});
  const NodeId mean = g.Apply(GlobalPool{}, {x});
  const NodeId product = g.Apply(Multiply{}, {mean, x});
  const NodeId resized = g.Apply(Resize{}, {mean, tall});
  const std::vector<Dims> dims = InferDims(g.Finish({resized}), 4, 5);
  EXPECT_EQ(dims[deep], (Dims{9, 4, 5}));
  EXPECT_EQ(dims[tall], (Dims{3, 8, 5}));
  EXPECT_EQ(dims[wide], (Dims{3, 4, 10}));
  EXPECT_EQ(dims[product], (Dims{3, 4, 5}));
  EXPECT_EQ(dims[resized], (Dims{3, 8, 5}));
}

TEST(ShapesTest, PixelShuffleMovesChannelsToTheExtent) {
  GraphBuilder g;
  const NodeId x = g.Apply(PixelShuffle{3}, {g.Conv(g.Input(1), "c", 18)});
  EXPECT_EQ(InferDims(g.Finish({x}), 1, 2).back(), (Dims{2, 3, 6}));
}

TEST(ShapesTest, ErrorsNameTheNode) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId pooled = g.Apply(Pool{}, {x}, "pooled");
  const NodeId sum = g.Apply(Add{}, {x, pooled}, "sum");
  const Graph graph = g.Finish({sum});
  EXPECT_EQ(ErrorOf(graph, 4, 4), "node 'sum' (add): extents 4x4 and 2x2 disagree");
  EXPECT_EQ(ErrorOf(graph, 1, 4),
            "node 'pooled' (pool): a window of 2x2 does not fit the padded input 4x1");
  EXPECT_EQ(ErrorOf(graph, 0, 4), "node 'input' (input): the result would be empty (4x0)");
}

TEST(ShapesTest, ErrorsOfExtents) {
  const auto error = [](Op op, std::int64_t height, std::int64_t width) {
    GraphBuilder g;
    const NodeId x = g.Apply(std::move(op), {g.Input(3)}, "n");
    return ErrorOf(g.Finish({x}), height, width);
  };
  EXPECT_NE(error(SplitSpatial{}, 5, 4).find("2 equal parts"), std::string::npos);
  EXPECT_NE(error(Pad{PadMode::kReflect, UniformPads(2)}, 2, 9).find("reflecting"),
            std::string::npos);
  EXPECT_NE(error(Resize{ResizeMode::kNearest, 1, 4}, 3, 8).find("empty"), std::string::npos);
}

TEST(ShapesTest, ChannelsMustAgree) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId deep = g.Conv(x, "deep", 4);
  EXPECT_THROW(g.Add(x, deep), Error);
  EXPECT_THROW(g.Apply(PixelShuffle{2}, {x}), Error);
  EXPECT_THROW(g.Apply(SliceChannels{0, 4}, {x}), Error);
  EXPECT_THROW(g.Apply(ScaleShift{{1}, {0}}, {x}), Error);
  EXPECT_THROW(g.Apply(Concat{Axis::kHeight}, {x, deep}), Error);
}

TEST(ShapesTest, OverflowIsAnError) {
  GraphBuilder g;
  NodeId x = g.Input(3);
  for (int i = 0; i < 5; ++i) x = g.Apply(Resize{ResizeMode::kNearest, 1 << 16, 1}, {x});
  EXPECT_THROW(InferDims(g.Finish({x}), 4, 4), Error);
}

}  // namespace
}  // namespace winnow
