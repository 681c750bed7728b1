#include "graph/graph.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"

namespace winnow {
namespace {

std::string MessageOf(const std::function<void()>& action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

#define EXPECT_INVALID(action, part)                                                    \
  EXPECT_NE(MessageOf([&] { (void)(action); }, ErrorKind::kInvalidArgument).find(part), \
            std::string::npos)                                                          \
      << MessageOf([&] { (void)(action); }, ErrorKind::kInvalidArgument)

Graph WithInput() {
  Graph graph;
  graph.AddNode({Input{3}, {}, "in"});
  return graph;
}

TEST(GraphTest, ParamsAreFoundByName) {
  Graph graph;
  EXPECT_EQ(graph.AddParam({"a", {4, 3, 3, 3}}), 0);
  EXPECT_EQ(graph.AddParam({"b", {4}}), 1);
  EXPECT_EQ(graph.FindParam("b"), 1);
  EXPECT_TRUE(graph.HasParam("a"));
  EXPECT_FALSE(graph.HasParam("c"));
  EXPECT_NE(MessageOf([&] { graph.FindParam("c"); }, ErrorKind::kNotFound).find("'c'"),
            std::string::npos);
}

TEST(GraphTest, RejectsBadParams) {
  Graph graph;
  graph.AddParam({"a", {4}});
  EXPECT_INVALID(graph.AddParam({"a", {4}}), "'a' exists twice");
  EXPECT_INVALID(graph.AddParam({"", {4}}), "without a name");
  EXPECT_INVALID(graph.AddParam({"zero", {4, 0}}), "impossible shape");
  EXPECT_INVALID(graph.AddParam({"negative", {-1}}), "impossible shape");
  EXPECT_INVALID(graph.AddParam({"huge", {std::int64_t{1} << 40}}), "impossible shape");
  EXPECT_EQ(graph.params().size(), 1u);
}

TEST(GraphTest, TheInputIsFirstAndAlone) {
  Graph graph;
  EXPECT_INVALID(graph.AddNode({Relu{}, {}, "r"}), "must be the input");
  graph.AddNode({Input{3}, {}, "in"});
  EXPECT_EQ(graph.input_channels(), 3);
  EXPECT_INVALID(graph.AddNode({Input{3}, {}, "again"}), "must be the input");
}

TEST(GraphTest, RejectsBadWiring) {
  Graph graph = WithInput();
  EXPECT_INVALID(graph.AddNode({Relu{}, {1}, "self"}), "not an earlier node");
  EXPECT_INVALID(graph.AddNode({Relu{}, {-1}, "negative"}), "not an earlier node");
  EXPECT_INVALID(graph.AddNode({Relu{}, {}, "none"}), "takes 1 inputs, not 0");
  EXPECT_INVALID(graph.AddNode({Add{}, {0}, "one"}), "takes 2 inputs, not 1");
  EXPECT_INVALID(graph.AddNode({Concat{}, {0}, "one"}), "takes 2 or more inputs");
  EXPECT_INVALID(graph.AddNode({Relu{}, {0}, ""}), "no name");
  EXPECT_INVALID(graph.AddNode({Relu{}, {0}, "in"}), "exists twice");
  EXPECT_EQ(graph.nodes().size(), 1u);
}

TEST(GraphTest, RejectsBadAttributes) {
  Graph graph = WithInput();
  const auto add = [&](Op op) { graph.AddNode({std::move(op), {0}, "n"}); };
  EXPECT_INVALID(add(PixelShuffle{0}), "factor 0 is out of range");
  EXPECT_INVALID(add(SliceChannels{2, 2}), "the slice is empty");
  EXPECT_INVALID(add(SplitSpatial{Axis::kChannel, 2, 0}), "height or width");
  EXPECT_INVALID(add(SplitSpatial{Axis::kWidth, 2, 2}), "index");
  EXPECT_INVALID(add(Resize{ResizeMode::kNearest, 1, 0}), "denominator 0");
  EXPECT_INVALID(add(Pool{PoolKind::kMax, 2, 2, UniformPads(2)}), "smaller than the window");
  EXPECT_INVALID(add(Pad{PadMode::kZero, {-1, 0, 0, 0}}), "padding -1");
  EXPECT_INVALID(add(Clamp{1, 0}), "low");
  EXPECT_INVALID(add(ScaleShift{{1, 1, 1}, {0}}), "one entry a channel");
}

TEST(GraphTest, RejectsBadConvolutions) {
  Graph graph = WithInput();
  const ParamId weight = graph.AddParam({"w", {4, 3, 3, 3}});
  const ParamId bias = graph.AddParam({"b", {4}});
  const auto add = [&](Op op) { graph.AddNode({std::move(op), {0}, "n"}); };
  EXPECT_INVALID(add(Conv2d{}), "no such param");
  EXPECT_INVALID(add(Conv2d{bias}), "four dimensions");
  EXPECT_INVALID(add(Conv2d{weight, weight}), "the bias must be [4]");
  EXPECT_INVALID(add(ConvTranspose2d{weight, bias}), "the bias must be [3]");
  EXPECT_INVALID(add(Conv2d{.weight = weight, .stride = 0}), "stride 0");
  EXPECT_INVALID(add(Conv2d{.weight = weight, .dilation = 0}), "dilation 0");
  EXPECT_INVALID(add(Conv2d{.weight = weight, .groups = 3}), "groups must divide");
  EXPECT_INVALID(add(PRelu{weight}), "one dimension");
}

TEST(GraphTest, OutputsMustExist) {
  Graph graph = WithInput();
  EXPECT_INVALID(graph.SetOutputs({}), "at least one");
  EXPECT_INVALID(graph.SetOutputs({1}), "output 1");
  graph.SetOutputs({0});
  EXPECT_EQ(graph.output(), 0);
}

TEST(GraphTest, EqualityCoversEverything) {
  Graph a = WithInput();
  Graph b = WithInput();
  EXPECT_EQ(a, b);
  a.AddNode({LeakyRelu{0.1f}, {0}, "act"});
  b.AddNode({LeakyRelu{0.2f}, {0}, "act"});
  EXPECT_NE(a, b);
}

TEST(OpTest, ParamsInOrder) {
  EXPECT_EQ(ParamsOf(Conv2d{.weight = 5, .bias = 7}), (std::vector<ParamId>{5, 7}));
  EXPECT_EQ(ParamsOf(ConvTranspose2d{.weight = 5}), (std::vector<ParamId>{5}));
  EXPECT_EQ(ParamsOf(PRelu{3}), (std::vector<ParamId>{3}));
  EXPECT_TRUE(ParamsOf(Add{}).empty());
}

TEST(OpTest, NamesBelongToTheirOperators) {
  EXPECT_EQ(OpName(Input{}), "input");
  EXPECT_EQ(OpName(Conv2d{}), "conv2d");
  EXPECT_EQ(OpName(ConvTranspose2d{}), "conv_transpose2d");
  EXPECT_EQ(OpName(SplitSpatial{}), "split_spatial");
  EXPECT_EQ(OpName(PRelu{}), "prelu");
  EXPECT_EQ(OpName(PixelShuffle{}), "pixel_shuffle");
  EXPECT_EQ(OpName(GlobalPool{}), "global_pool");
  EXPECT_EQ(OpName(ScaleShift{}), "scale_shift");
  EXPECT_EQ(OpName(StopGradient{}), "stop_gradient");
}

}  // namespace
}  // namespace winnow
