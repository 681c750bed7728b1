// A UNet with normalised residual blocks at each of its three scales, for deblurring within few
// training steps: normalisation bears ten times the learning rate (Chen et al., Simple Baselines
// for Image Restoration, ECCV 2022, table 1), and blocks at the finer scales draw the edges of
// which the coarsest finds the motion. Everything happens on a picture of half the extent and four
// times the channels, which sees twice as far for a quarter of the multiply-adds.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kUnshuffle = 2;

NodeId Blocks(GraphBuilder& g, NodeId x, const std::string& name, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string block = Numbered(name + ".", i) + ".";
    const int channels = g.channels(x);
    const NodeId inner = ConvRelu(g, g.LayerNorm(x, block + "norm"), block + "0", channels);
    x = g.Add(g.Conv(inner, block + "2", channels), x);
  }
  return x;
}

}  // namespace

Model BuildResunet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  const int width = settings.at("width");
  const int outer = settings.at("outer");
  GraphBuilder g;
  const NodeId input = g.Input(3);
  NodeId x = g.Conv(g.Apply(PixelUnshuffle{kUnshuffle}, {input}), "entry", width);
  const NodeId fine = Blocks(g, x, "fine_in", outer);
  x = g.Conv(fine, "down1", 2 * width, {.stride = 2});
  const NodeId middle = Blocks(g, x, "middle_in", outer);
  x = g.Conv(middle, "down2", 3 * width, {.stride = 2});
  x = Blocks(g, x, "body", settings.at("blocks"));
  x = g.Add(ConvShuffle(g, x, "up2", 2 * width, 2), middle);
  x = g.Add(ConvShuffle(g, Blocks(g, x, "middle_out", outer), "up1", width, 2), fine);
  const NodeId correction = ConvShuffle(g, Blocks(g, x, "fine_out", outer), "exit", 3, kUnshuffle);

  Model model;
  model.info = DeblurringInfo(/*size_multiple=*/4 * kUnshuffle);
  model.graph = g.Finish({g.Add(correction, input)});
  return model;
}

std::optional<Settings> ResunetSettings(const TensorShapes& tensors) {
  const auto width = FiltersOf(tensors, "entry.weight");
  const int outer = CountNumbered(tensors, "fine_in.", ".norm.weight");
  const int blocks = CountNumbered(tensors, "body.", ".norm.weight");
  if (!width || outer == 0 || blocks == 0) return std::nullopt;
  return Settings{{"width", *width}, {"outer", outer}, {"blocks", blocks}};
}

}  // namespace winnow
