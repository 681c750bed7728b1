#include "graph/builder.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace winnow {
namespace {

TEST(BuilderTest, ConvolutionsNameTheirParams) {
  GraphBuilder g;
  const NodeId conv = g.Conv(g.Input(6), "c", 4, {.kernel = 5, .stride = 2, .groups = 2});
  EXPECT_EQ(g.channels(conv), 4);
  const Graph graph = g.Finish({conv});
  EXPECT_EQ(graph.param(graph.FindParam("c.weight")).shape, (Shape{4, 3, 5, 5}));
  EXPECT_EQ(graph.param(graph.FindParam("c.bias")).shape, (Shape{4}));
  const auto& op = std::get<Conv2d>(graph.node(conv).op);
  EXPECT_EQ(op.pads, UniformPads(2));
  EXPECT_EQ(op.stride, 2);
  EXPECT_EQ(op.groups, 2);
}

TEST(BuilderTest, AConvolutionMayHaveNoBias) {
  GraphBuilder g;
  const NodeId conv = g.Conv(g.Input(3), "c", 4, {.bias = false});
  const Graph graph = g.Finish({conv});
  EXPECT_EQ(graph.params().size(), 1u);
  EXPECT_EQ(std::get<Conv2d>(graph.node(conv).op).bias, kNoParam);
}

TEST(BuilderTest, TheSameNameSharesParams) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(3), "c", 3);
  const NodeId second = g.Conv(first, "c", 3);
  const NodeId third = g.Conv(second, "c", 3);
  EXPECT_THROW(g.Conv(third, "c", 4), Error);
  const Graph graph = g.Finish({third});
  EXPECT_EQ(graph.params().size(), 2u);
  EXPECT_EQ(graph.node(first).name, "c");
  EXPECT_EQ(graph.node(second).name, "c#2");
  EXPECT_EQ(graph.node(third).name, "c#3");
  EXPECT_EQ(graph.node(first).op, graph.node(third).op);
}

TEST(BuilderTest, TransposedConvolutionsAndPRelu) {
  GraphBuilder g;
  const NodeId up = g.ConvTranspose(g.Input(8), "up", 4);
  const NodeId act = g.PRelu(up, "act");
  const Graph graph = g.Finish({act});
  EXPECT_EQ(graph.param(graph.FindParam("up.weight")).shape, (Shape{8, 4, 4, 4}));
  EXPECT_EQ(graph.param(graph.FindParam("act.weight")).shape, (Shape{4}));
}

TEST(BuilderTest, NamelessNodesAreNumbered) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId relu = g.Apply(Relu{}, {x});
  const NodeId bare = g.Functional(Relu{}, relu);
  const NodeId sum = g.Add(relu, bare);
  const Graph graph = g.Finish({relu, sum});
  EXPECT_EQ(graph.node(x).name, "input");
  EXPECT_EQ(graph.node(relu).name, "relu_1");
  EXPECT_EQ(graph.node(sum).name, "add_3");
  EXPECT_FALSE(graph.node(relu).functional);
  EXPECT_TRUE(graph.node(bare).functional);
  EXPECT_EQ(graph.outputs(), (std::vector<NodeId>{relu, sum}));
}

TEST(BuilderTest, FinishLeavesAFreshBuilder) {
  GraphBuilder g;
  const Graph first = g.Finish({g.Conv(g.Input(3), "c", 3)});
  const Graph second = g.Finish({g.Conv(g.Input(3), "c", 3)});
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace winnow
