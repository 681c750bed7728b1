#include "networks/rfdn_graph.h"

#include <string>
#include <vector>

#include "networks/blocks.h"

namespace winnow {
namespace {

constexpr LeakyRelu kLeaky{0.05f};
constexpr ConvOptions kPointwise{.kernel = 1};

// Enhanced spatial attention: a mask from a strongly shrunk copy of x.
NodeId SpatialAttention(GraphBuilder& g, NodeId x, const std::string& name, int width) {
  const NodeId entry = g.Conv(x, name + ".conv1", width, kPointwise);
  const NodeId shrunk = g.Conv(entry, name + ".conv2", width, {.stride = 2, .pad = 0});
  const NodeId pooled = g.Apply(Pool{.kind = PoolKind::kMax, .kernel = 7, .stride = 3}, {shrunk});
  NodeId y = ConvRelu(g, pooled, name + ".conv_max", width);
  y = ConvRelu(g, y, name + ".conv3", width);
  y = g.Conv(y, name + ".conv3_", width);
  y = g.Apply(Resize{ResizeMode::kBilinear}, {y, x});
  y = g.Add(y, g.Conv(entry, name + ".conv_f", width, kPointwise));
  y = g.Conv(y, name + ".conv4", g.channels(x), kPointwise);
  return g.Apply(Multiply{}, {x, g.Apply(Sigmoid{}, {y})});
}

NodeId DistillationBlock(GraphBuilder& g, NodeId x, const std::string& name, int attention_width) {
  const int width = g.channels(x);
  std::vector<NodeId> parts;
  for (int stage = 1; stage <= 3; ++stage) {
    const std::string conv = Numbered(name + ".c", stage);
    parts.push_back(g.Apply(kLeaky, {g.Conv(x, conv + "_d", width / 2, kPointwise)}));
    x = g.Apply(kLeaky, {g.Add(g.Conv(x, conv + "_r", width), x)});
  }
  parts.push_back(g.Apply(kLeaky, {g.Conv(x, name + ".c4", width / 2)}));
  const NodeId fused = g.Conv(g.Concat(parts), name + ".c5", width, kPointwise);
  return SpatialAttention(g, fused, name + ".esa", attention_width);
}

}  // namespace

Graph RfdnGraph(const RfdnSize& size) {
  GraphBuilder g;
  const NodeId entry = g.Conv(g.Input(3), "fea_conv", size.width);
  std::vector<NodeId> features;
  NodeId x = entry;
  for (int i = 1; i <= size.blocks; ++i) {
    x = DistillationBlock(g, x, Numbered("B", i), size.attention_width);
    features.push_back(x);
  }
  const NodeId all = features.size() == 1 ? x : g.Concat(features);
  x = g.Apply(kLeaky, {g.Conv(all, "c.0", size.width, kPointwise)});
  x = g.Add(g.Conv(x, "LR_conv", size.width), entry);
  return g.Finish({ConvShuffle(g, x, "upsampler.0", 3, size.scale)});
}

}  // namespace winnow
