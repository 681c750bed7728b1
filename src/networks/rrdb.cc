// The generator of ESRGAN and Real-ESRGAN. Wang et al., ESRGAN, ECCV workshops 2018; Wang et al.,
// Real-ESRGAN, ICCV workshops 2021; names as in the latter.
#include <string>
#include <vector>

#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr LeakyRelu kLeaky{0.2f};
constexpr float kResidual = 0.2f;  // what residuals are scaled by
constexpr int kConvs = 5;          // of a dense block

NodeId ConvLeaky(GraphBuilder& g, NodeId x, const std::string& name, int out_channels) {
  return g.Apply(kLeaky, {g.Conv(x, name, out_channels)});
}

// kResidual * x + skip.
NodeId AddScaled(GraphBuilder& g, NodeId x, NodeId skip) {
  return g.Add(g.Apply(Uniform(g.channels(x), kResidual), {x}), skip);
}

// Every convolution sees the results of all before it.
NodeId DenseBlock(GraphBuilder& g, NodeId input, const std::string& name, int growth) {
  std::vector<NodeId> features = {input};
  NodeId x = input;
  for (int i = 1; i < kConvs; ++i) {
    features.push_back(ConvLeaky(g, x, Numbered(name + ".conv", i), growth));
    x = g.Concat(features);
  }
  return AddScaled(g, g.Conv(x, Numbered(name + ".conv", kConvs), g.channels(input)), input);
}

NodeId ResidualDenseBlocks(GraphBuilder& g, NodeId input, const std::string& name, int growth) {
  NodeId x = input;
  for (int i = 1; i <= 3; ++i) x = DenseBlock(g, x, Numbered(name + ".rdb", i), growth);
  return AddScaled(g, x, input);
}

NodeId Enlarge(GraphBuilder& g, NodeId x, const std::string& name) {
  const NodeId large = g.Apply(Resize{ResizeMode::kNearest, 2, 1}, {x});
  return ConvLeaky(g, large, name, g.channels(x));
}

}  // namespace

// It enlarges four times; for less it sees the picture with the pixels of squares as channels.
Model BuildRrdb(int scale, const Settings& settings) {
  RequireScale(scale, {1, 2, 4});
  const int shrink = 4 / scale;
  GraphBuilder g;
  NodeId x = g.Input(3);
  if (shrink > 1) x = g.Apply(PixelUnshuffle{shrink}, {x});
  const NodeId first = g.Conv(x, "conv_first", settings.at("width"));
  x = first;
  for (int i = 0; i < settings.at("blocks"); ++i) {
    x = ResidualDenseBlocks(g, x, Numbered("body.", i), settings.at("growth"));
  }
  x = g.Add(g.Conv(x, "conv_body", settings.at("width")), first);
  x = Enlarge(g, Enlarge(g, x, "conv_up1"), "conv_up2");
  x = ConvLeaky(g, x, "conv_hr", settings.at("width"));

  Model model;
  model.info = SuperResolutionInfo(scale, 1.0f);
  if (scale == 1) model.info.task = "deblurring";
  model.info.size_multiple = shrink;
  model.graph = g.Finish({g.Conv(x, "conv_last", 3)});
  return model;
}

std::optional<Settings> RrdbSettings(const TensorShapes& tensors) {
  const auto width = FiltersOf(tensors, "conv_first.weight");
  const auto growth = FiltersOf(tensors, "body.0.rdb1.conv1.weight");
  if (!width || !growth) return std::nullopt;
  return Settings{{"width", *width},
                  {"growth", *growth},
                  {"blocks", CountNumbered(tensors, "body.", ".rdb1.conv1.weight")}};
}

}  // namespace winnow
