#include "graph/receptive_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "graph/builder.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

ReceptiveField FieldOf(GraphBuilder& g, NodeId output) {
  return FindReceptiveField(g.Finish({output}));
}

TEST(ReceptiveFieldTest, StrideOneAddsUp) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "a", 4);
  x = g.Add(g.Conv(g.Apply(Relu{}, {x}), "b", 4, {.kernel = 5}), x);
  const ReceptiveField field = FieldOf(g, x);
  EXPECT_TRUE(field.finite);
  EXPECT_EQ(field.halo, 3);
  EXPECT_EQ(field.alignment, 1);
  EXPECT_EQ(field.scale_numerator, 1);
  EXPECT_EQ(field.scale_denominator, 1);
}

TEST(ReceptiveFieldTest, PointwiseNeedsNothing) {
  GraphBuilder g;
  EXPECT_EQ(FieldOf(g, g.Conv(g.Input(3), "a", 4, {.kernel = 1})).halo, 0);
}

TEST(ReceptiveFieldTest, ShuffledPixelsComeFromOne) {
  GraphBuilder g;
  const NodeId x = g.Apply(PixelShuffle{2}, {g.Conv(g.Input(3), "a", 12)});
  // The 3x3 at double resolution reaches one further input pixel.
  const ReceptiveField field = FieldOf(g, g.Conv(x, "b", 3));
  EXPECT_EQ(field.halo, 2);
  EXPECT_EQ(field.scale_numerator, 2);
}

TEST(ReceptiveFieldTest, StridesAlign) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "a", 4, {.stride = 2});  // reads [-1, 1] around 2i
  x = g.Conv(x, "b", 4, {.stride = 2});                  // reads [-3, 3] around 4i
  const ReceptiveField field = FieldOf(g, x);
  EXPECT_EQ(field.alignment, 4);
  EXPECT_EQ(field.halo, 3);
  EXPECT_EQ(field.scale_numerator, 1);
  EXPECT_EQ(field.scale_denominator, 4);
}

TEST(ReceptiveFieldTest, DownAndUpAgain) {
  GraphBuilder g;
  NodeId x = g.Conv(g.Input(3), "down", 4, {.stride = 2});
  x = g.ConvTranspose(x, "up", 3);
  // Outputs 0 and 1 use the inner pixels -1..1, which use the input pixels -3..3.
  const ReceptiveField field = FieldOf(g, x);
  EXPECT_EQ(field.halo, 3);
  EXPECT_EQ(field.alignment, 2);
  EXPECT_EQ(field.scale_denominator, 1);
}

TEST(ReceptiveFieldTest, Resizing) {
  GraphBuilder g;
  EXPECT_EQ(FieldOf(g, g.Apply(Resize{ResizeMode::kNearest, 3, 1}, {g.Input(3)})).halo, 0);
  EXPECT_EQ(FieldOf(g, g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {g.Input(3)})).halo, 1);
  const ReceptiveField half =
      FieldOf(g, g.Apply(Resize{ResizeMode::kBilinear, 1, 2}, {g.Input(3)}));
  EXPECT_EQ(half.halo, 0);
  EXPECT_EQ(half.alignment, 2);
}

TEST(ReceptiveFieldTest, UnevenPadsLookMoreToOneSide) {
  Graph graph;
  graph.AddNode({Input{1}, {}, "in"});
  const ParamId weight = graph.AddParam({"w", {1, 1, 1, 5}});
  graph.AddNode({Conv2d{.weight = weight, .pads = {0, 1, 0, 3}}, {0}, "c"});
  graph.SetOutputs({1});
  EXPECT_EQ(FindReceptiveField(graph).halo, 3);
}

TEST(ReceptiveFieldTest, NamesWhatLooksEverywhere) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const ReceptiveField pooled =
      FieldOf(g, g.Apply(Multiply{}, {x, g.Apply(GlobalPool{}, {x}, "attention")}));
  EXPECT_FALSE(pooled.finite);
  EXPECT_NE(pooled.reason.find("'attention'"), std::string::npos);
  EXPECT_FALSE(FieldOf(g, g.Apply(SplitSpatial{}, {g.Input(3)})).finite);
  const NodeId y = g.Input(3);
  EXPECT_FALSE(FieldOf(g, g.Apply(Resize{}, {g.Apply(Pool{}, {y}), y})).finite);
  const NodeId z = g.Input(3);
  EXPECT_FALSE(FieldOf(g, g.Apply(Concat{Axis::kWidth}, {z, z})).finite);
}

TEST(ReceptiveFieldTest, OnlyWhatReachesTheLastOutputCounts) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId side = g.Apply(GlobalPool{}, {x});
  const NodeId main = g.Conv(x, "c", 3);
  EXPECT_TRUE(FindReceptiveField(g.Finish({side, main})).finite);
}

TEST(ReceptiveFieldTest, ExtremesAreRefusedNotOverflowed) {
  GraphBuilder g;
  NodeId x = g.Input(3);
  for (int i = 0; i < 6; ++i) x = g.Apply(Resize{ResizeMode::kNearest, 1 << 15, 1}, {x});
  EXPECT_FALSE(FieldOf(g, x).finite);
}

// The oracle: for every pixel of a row, the first and last input column that can reach it, found
// forwards on an image of a certain width.
struct Reach {
  int first = 1 << 20;
  int last = -1;
  void Join(const Reach& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
  }
};
using Row = std::vector<Reach>;

class Oracle {
 public:
  Oracle(const Graph& graph, int width) : graph_(graph), dims_(InferDims(graph, width, width)) {
    rows_.resize(graph.nodes().size());
    for (int x = 0; x < width; ++x) rows_[0].push_back({x, x});
    for (NodeId id = 1; id < static_cast<NodeId>(rows_.size()); ++id) {
      rows_[id].resize(dims_[id].width);
      Fill(id);
    }
  }

  const Row& output() const { return rows_[graph_.output()]; }

 private:
  void Fill(NodeId id) {
    const Node& node = graph_.node(id);
    const int width = static_cast<int>(rows_[id].size());
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
      const int kernel = static_cast<int>(graph_.param(conv->weight).shape[3]);
      for (int x = 0; x < width; ++x) {
        for (int k = 0; k < kernel; ++k) {
          Link(id, x, x * conv->stride - conv->pads.left + k * conv->dilation);
        }
      }
    } else if (const auto* up = std::get_if<ConvTranspose2d>(&node.op)) {
      const int kernel = static_cast<int>(graph_.param(up->weight).shape[3]);
      for (int i = 0; i < dims_[node.inputs[0]].width; ++i) {
        for (int k = 0; k < kernel; ++k) {
          const int x = i * up->stride - up->pads.left + k * up->dilation;
          if (0 <= x && x < width) Link(id, x, i);
        }
      }
    } else if (const auto* pool = std::get_if<Pool>(&node.op)) {
      for (int x = 0; x < width; ++x) {
        for (int k = 0; k < pool->kernel; ++k) Link(id, x, x * pool->stride - pool->pads.left + k);
      }
    } else if (const auto* shuffle = std::get_if<PixelShuffle>(&node.op)) {
      for (int x = 0; x < width; ++x) Link(id, x, x / shuffle->factor);
    } else if (const auto* resize = std::get_if<Resize>(&node.op)) {
      const double step = static_cast<double>(dims_[node.inputs[0]].width) / width;
      for (int x = 0; x < width; ++x) {
        const double source = std::max(0.0, (x + 0.5) * step - 0.5);
        const bool bilinear = resize->mode == ResizeMode::kBilinear;
        Link(id, x, static_cast<int>(bilinear ? source : x * step));
        if (bilinear) Link(id, x, static_cast<int>(source) + 1);
      }
    } else {
      for (int x = 0; x < width; ++x) Link(id, x, x);
    }
  }

  void Link(NodeId id, int x, int source) {
    for (NodeId input : graph_.node(id).inputs) {
      if (0 <= source && source < dims_[input].width) rows_[id][x].Join(rows_[input][source]);
    }
  }

  const Graph& graph_;
  std::vector<Dims> dims_;
  std::vector<Row> rows_;
};

// A chain of random operators with skips between nodes of the same extent.
Graph RandomGraph(Random& random, int width) {
  GraphBuilder g;
  std::vector<NodeId> nodes = {g.Input(4)};
  std::vector<int> widths = {width};
  for (int step = 0; step < 7; ++step) {
    const NodeId x = nodes.back();
    const int w = widths.back();
    const std::string name = std::string("n") + std::to_string(step);
    const bool can_grow = w <= width;
    const bool can_shrink = w * 4 > width;
    NodeId y = x;
    switch (random.Below(8)) {
      case 0:
        y = g.Conv(x, name, 4, {.kernel = 3});
        break;
      case 1:
        y = g.Conv(x, name, 4, {.kernel = 5});
        break;
      case 2:
        y = can_shrink ? g.Conv(x, name, 4, {.stride = 2}) : x;
        break;
      case 3:
        y = can_grow ? g.ConvTranspose(x, name, 4) : x;
        break;
      case 4:
        y = can_grow ? g.Apply(PixelShuffle{2}, {g.Conv(x, name, 16)}) : x;
        break;
      case 5:
        y = can_shrink ? g.Apply(Pool{}, {x}) : x;
        break;
      case 6:
        y = can_shrink ? g.Apply(Resize{ResizeMode::kBilinear, 1, 2}, {x}) : x;
        break;
      case 7:
        y = can_grow ? g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {x}) : x;
        break;
    }
    nodes.push_back(y);
    const Graph& so_far = GraphBuilder(g).Finish({y});
    widths.push_back(static_cast<int>(InferDims(so_far, width, width)[y].width));
    for (std::size_t i = 0; i + 1 < nodes.size() && random.Coin(); ++i) {
      if (widths[i] == widths.back()) nodes.back() = g.Add(nodes[i], nodes.back());
    }
  }
  return g.Finish({nodes.back()});
}

TEST(ReceptiveFieldTest, EqualsForwardTracingOnRandomGraphs) {
  constexpr int kWidth = 512;
  Random random(11);
  for (int trial = 0; trial < 200; ++trial) {
    const Graph graph = RandomGraph(random, kWidth);
    const ReceptiveField field = FindReceptiveField(graph);
    ASSERT_TRUE(field.finite) << field.reason;
    const Oracle oracle(graph, kWidth);
    ASSERT_EQ(static_cast<int>(oracle.output().size()) * field.scale_denominator,
              kWidth * field.scale_numerator);
    // A tile in the middle, far from the borders.
    const int begin = kWidth / 2 / field.alignment * field.alignment;
    const int end = begin + 3 * field.alignment;
    Reach reach;
    for (int x = begin * field.scale_numerator / field.scale_denominator;
         x < end * field.scale_numerator / field.scale_denominator; ++x) {
      reach.Join(oracle.output()[x]);
    }
    EXPECT_EQ(std::max({begin - reach.first, reach.last - (end - 1), 0}), field.halo)
        << "trial " << trial << "\n"
        << Dump(graph);
  }
}

TEST(ReceptiveFieldTest, UnshuffledPixelsShareAPeriod) {
  GraphBuilder g;
  const NodeId x = g.Apply(PixelUnshuffle{2}, {g.Input(3)});
  // The 3x3 at half resolution reaches two input pixels beyond those that become one.
  const ReceptiveField field = FieldOf(g, g.Conv(x, "a", 3));
  EXPECT_EQ(field.alignment, 2);
  EXPECT_EQ(field.halo, 2);
  EXPECT_EQ(field.scale_denominator, 2);
}

TEST(ReceptiveFieldTest, NormalisingChannelsReachesNoFurther) {
  GraphBuilder g;
  NodeId x = g.LayerNorm(g.Conv(g.Input(3), "a", 4), "norm");
  x = g.ChannelScale(g.Apply(Gelu{}, {x}), "factors");
  EXPECT_EQ(FieldOf(g, x).halo, 1);
}

}  // namespace
}  // namespace winnow
