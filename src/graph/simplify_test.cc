#include "graph/simplify.h"

#include <gtest/gtest.h>

#include "graph/builder.h"

namespace winnow {
namespace {

std::vector<Tensor> Ones(const Graph& graph) {
  std::vector<Tensor> weights;
  for (const Param& param : graph.params()) {
    Tensor& weight = weights.emplace_back(param.shape);
    std::ranges::fill(weight.data, 1.0f);
  }
  return weights;
}

TEST(Simplify, ScalesAndShiftsGoIntoTheConvolution) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(2), "conv", 2, {.kernel = 1, .bias = false});
  x = g.Apply(ScaleShift{{2, 3}, {0, 0}}, {x});
  x = g.Apply(ScaleShift{{5, 7}, {1, 2}}, {x});
  Graph graph = g.Finish({x});
  std::vector<Tensor> weights = Ones(graph);
  Simplify(graph, weights);
  ASSERT_EQ(graph.nodes().size(), 2u);
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].data, (AlignedVector<float>{10, 10, 21, 21}));
  EXPECT_EQ(weights[1].data, (AlignedVector<float>{1, 2}));
  EXPECT_EQ(graph.node(1).name, "conv");
}

TEST(Simplify, GroupsOfTransposedConvolutions) {
  Graph graph;
  graph.AddNode({Input{4}, {}, "input"});
  ConvTranspose2d conv;
  conv.weight = graph.AddParam({"w", {4, 2, 1, 1}});
  conv.groups = 2;
  graph.AddNode({conv, {0}, "up"});
  graph.AddNode({ScaleShift{{1, 2, 3, 4}, {0, 0, 0, 0}}, {1}, "scale"});
  graph.SetOutputs({2});
  std::vector<Tensor> weights = Ones(graph);
  Simplify(graph, weights);
  ASSERT_EQ(graph.nodes().size(), 2u);
  EXPECT_EQ(weights[0].data, (AlignedVector<float>{1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST(Simplify, WhatOthersReadStays) {
  GraphBuilder g;
  const NodeId conv = g.Conv(g.Input(2), "conv", 2);
  const NodeId scaled = g.Apply(ScaleShift{{2, 2}, {0, 0}}, {conv});
  Graph graph = g.Finish({g.Add(conv, scaled)});
  std::vector<Tensor> weights = Ones(graph);
  const Graph before = graph;
  Simplify(graph, weights);
  EXPECT_EQ(graph, before);
}

TEST(Simplify, OutputsAndSharedWeightsStay) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(2), "conv", 2);
  const NodeId scaled = g.Apply(ScaleShift{{2, 2}, {0, 0}}, {first});
  const NodeId second = g.Conv(scaled, "conv", 2);
  const NodeId last = g.Apply(ScaleShift{{2, 2}, {0, 0}}, {second});
  Graph graph = g.Finish({second, last});
  std::vector<Tensor> weights = Ones(graph);
  const Graph before = graph;
  Simplify(graph, weights);
  EXPECT_EQ(graph, before);
}

TEST(Simplify, DeadNodesAndTheirParamsGo) {
  GraphBuilder g;
  const NodeId x = g.Input(2);
  g.Conv(x, "unused", 5);
  const NodeId used = g.Conv(x, "used", 3);
  Graph graph = g.Finish({used});
  std::vector<Tensor> weights = Ones(graph);
  weights[2].data[0] = 42;
  Simplify(graph, weights);
  ASSERT_EQ(graph.nodes().size(), 2u);
  ASSERT_EQ(graph.params().size(), 2u);
  EXPECT_EQ(graph.params()[0].name, "used.weight");
  EXPECT_EQ(weights[0].data[0], 42);
}

TEST(Simplify, ZeroPaddingGoesIntoTheConvolution) {
  GraphBuilder g;
  const NodeId padded = g.Apply(Pad{PadMode::kZero, {1, 2, 3, 4}}, {g.Input(2)});
  Graph graph = g.Finish({g.Conv(padded, "conv", 2)});
  std::vector<Tensor> weights = Ones(graph);
  Simplify(graph, weights);
  ASSERT_EQ(graph.nodes().size(), 2u);
  EXPECT_EQ(std::get<Conv2d>(graph.node(1).op).pads, (Pads{2, 3, 4, 5}));

  GraphBuilder h;
  const NodeId reflected = h.Apply(Pad{PadMode::kReflect, UniformPads(1)}, {h.Input(2)});
  graph = h.Finish({h.Conv(reflected, "conv", 2)});
  weights = Ones(graph);
  Simplify(graph, weights);
  EXPECT_EQ(graph.nodes().size(), 3u);
}

TEST(Simplify, ScalesAndShiftsGoIntoTheLayerNorm) {
  GraphBuilder g;
  const NodeId norm = g.LayerNorm(g.Input(2), "norm");
  Graph graph = g.Finish({g.Apply(ScaleShift{{2, 3}, {1, -1}}, {norm})});
  std::vector<Tensor> weights = Ones(graph);
  Simplify(graph, weights);
  ASSERT_EQ(graph.nodes().size(), 2u);
  EXPECT_EQ(weights[0].data, (AlignedVector<float>{2, 3}));
  EXPECT_EQ(weights[1].data, (AlignedVector<float>{3, 2}));
}

}  // namespace
}  // namespace winnow
