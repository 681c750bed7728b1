// NAFNet. Chen et al., Simple Baselines for Image Restoration, ECCV 2022; names as published.
#include <string>
#include <vector>

#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kLevels = 4;

// Half of the channels times the other half.
NodeId SimpleGate(GraphBuilder& g, NodeId x) {
  const int half = g.channels(x) / 2;
  return g.Apply(Multiply{}, {g.Apply(SliceChannels{0, half}, {x}),
                              g.Apply(SliceChannels{half, 2 * half}, {x})});
}

// Weighs the channels by a linear function of their means over the plane.
NodeId ChannelAttention(GraphBuilder& g, NodeId x, const std::string& name) {
  const NodeId mean = g.Apply(GlobalPool{GlobalKind::kMean}, {x});
  return g.Apply(Multiply{}, {x, g.Conv(mean, name, g.channels(x), {.kernel = 1})});
}

NodeId NafBlock(GraphBuilder& g, NodeId input, const std::string& name) {
  const int width = g.channels(input);
  NodeId x = g.LayerNorm(input, name + ".norm1");
  x = g.Conv(x, name + ".conv1", 2 * width, {.kernel = 1});
  x = g.Conv(x, name + ".conv2", 2 * width, {.groups = 2 * width});
  x = ChannelAttention(g, SimpleGate(g, x), name + ".sca.1");
  x = g.Conv(x, name + ".conv3", width, {.kernel = 1});
  const NodeId middle = g.Add(g.ChannelScale(x, name + ".beta"), input);
  x = g.Conv(g.LayerNorm(middle, name + ".norm2"), name + ".conv4", 2 * width, {.kernel = 1});
  x = g.Conv(SimpleGate(g, x), name + ".conv5", width, {.kernel = 1});
  return g.Add(g.ChannelScale(x, name + ".gamma"), middle);
}

NodeId NafBlocks(GraphBuilder& g, NodeId x, const std::string& name, int count) {
  for (int i = 0; i < count; ++i) x = NafBlock(g, x, Numbered(name + ".", i));
  return x;
}

}  // namespace

Model BuildNafnet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  GraphBuilder g;
  const NodeId input = g.Input(3);
  NodeId x = g.Conv(input, "intro", settings.at("width"));
  std::vector<NodeId> skips;
  for (int level = 0; level < kLevels; ++level) {
    x = NafBlocks(g, x, Numbered("encoders.", level), settings.at(Numbered("enc", level + 1)));
    skips.push_back(x);
    x = g.Conv(x, Numbered("downs.", level), 2 * g.channels(x),
               {.kernel = 2, .stride = 2, .pad = 0});
  }
  x = NafBlocks(g, x, "middle_blks", settings.at("middle"));
  for (int level = 0; level < kLevels; ++level) {
    x = g.Conv(x, Numbered("ups.", level) + ".0", 2 * g.channels(x), {.kernel = 1, .bias = false});
    x = g.Add(g.Apply(PixelShuffle{2}, {x}), skips[kLevels - 1 - level]);
    x = NafBlocks(g, x, Numbered("decoders.", level), settings.at(Numbered("dec", level + 1)));
  }

  Model model;
  model.info = DeblurringInfo(/*size_multiple=*/1 << kLevels);
  model.info.mean = {0, 0, 0};
  model.graph = g.Finish({g.Add(g.Conv(x, "ending", 3), input)});
  return model;
}

std::optional<Settings> NafnetSettings(const TensorShapes& tensors) {
  const auto width = FiltersOf(tensors, "intro.weight");
  if (!width) return std::nullopt;
  const auto blocks = [&](const std::string& prefix) {
    return CountNumbered(tensors, prefix + ".", ".beta");
  };
  Settings settings = {{"width", *width}, {"middle", blocks("middle_blks")}};
  for (int level = 0; level < kLevels; ++level) {
    settings[Numbered("enc", level + 1)] = blocks(Numbered("encoders.", level));
    settings[Numbered("dec", level + 1)] = blocks(Numbered("decoders.", level));
  }
  return settings;
}

}  // namespace winnow
