// IMDN as published. Hui et al., Lightweight Image Super-Resolution with Information
// Multi-distillation Network, ACM Multimedia 2019.
#include <string>
#include <vector>

#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr LeakyRelu kLeaky{0.05f};
constexpr ConvOptions kPointwise{.kernel = 1};

// Weighs the channels by contrast: standard deviation plus mean over the plane.
NodeId ContrastAttention(GraphBuilder& g, NodeId x, const std::string& name) {
  const int width = g.channels(x);
  NodeId y = g.Add(g.Apply(GlobalPool{GlobalKind::kStd}, {x}),
                   g.Apply(GlobalPool{GlobalKind::kMean}, {x}));
  y = ConvRelu(g, y, name + ".conv_du.0", width / 16, kPointwise);
  y = g.Conv(y, name + ".conv_du.2", width, kPointwise);
  return g.Apply(Multiply{}, {x, g.Apply(Sigmoid{}, {y})});
}

// Three times a quarter of the channels is set aside and the rest refined further.
NodeId MultiDistillationBlock(GraphBuilder& g, NodeId x, const std::string& name) {
  const int width = g.channels(x);
  const int distilled = width / 4;
  std::vector<NodeId> parts;
  NodeId rest = x;
  for (int stage = 1; stage <= 3; ++stage) {
    const NodeId conv = g.Conv(rest, Numbered(name + ".c", stage), width);
    const NodeId y = g.Apply(kLeaky, {conv});
    parts.push_back(g.Apply(SliceChannels{0, distilled}, {y}));
    rest = g.Apply(SliceChannels{distilled, width}, {y});
  }
  parts.push_back(g.Conv(rest, name + ".c4", distilled));
  const NodeId weighed = ContrastAttention(g, g.Concat(parts), name + ".cca");
  return g.Add(g.Conv(weighed, name + ".c5", width, kPointwise), x);
}

}  // namespace

Model BuildImdn(int scale, const Settings& settings) {
  RequireScale(scale, {2, 3, 4});
  const int width = settings.at("width");
  RequireMultiple("width", width, 16);

  GraphBuilder g;
  const NodeId entry = g.Conv(g.Input(3), "fea_conv", width);
  std::vector<NodeId> features;
  NodeId x = entry;
  for (int i = 1; i <= settings.at("blocks"); ++i) {
    x = MultiDistillationBlock(g, x, Numbered("IMDB", i));
    features.push_back(x);
  }
  const NodeId all = features.size() == 1 ? x : g.Concat(features);
  x = g.Apply(kLeaky, {g.Conv(all, "c.0", width, kPointwise)});
  x = g.Add(g.Conv(x, "LR_conv", width), entry);

  Model model;
  model.info = SuperResolutionInfo(scale, 1.0f);
  model.graph = g.Finish({ConvShuffle(g, x, "upsampler.0", 3, scale)});
  return model;
}

}  // namespace winnow
