// SRN without recurrence. Tao et al., Scale-recurrent Network for Deep Image Deblurring, CVPR 2018:
// one encoder-decoder, run at a quarter, half and the full resolution, each run fed with the last
// estimate.
#include <vector>

#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kKernel = 5;

NodeId Blocks(GraphBuilder& g, NodeId x, const std::string& name, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string block = Numbered(name + ".", i) + ".";
    x = ResidualBlock(g, x, block + "0", block + "2", kKernel);
  }
  return x;
}

NodeId Up(GraphBuilder& g, NodeId x, const std::string& name, int out_channels) {
  return g.Apply(PixelShuffle{2}, {ConvRelu(g, x, name, 4 * out_channels)});
}

// The same names, hence the same weights, whatever the resolution.
NodeId EncoderDecoder(GraphBuilder& g, NodeId blurred, NodeId estimate, int width, int blocks) {
  const NodeId pair = g.Concat({blurred, estimate});
  const NodeId entry = ConvRelu(g, pair, "encoder1.entry", width, {.kernel = kKernel});
  const NodeId full = Blocks(g, entry, "encoder1", blocks);
  const NodeId down2 =
      ConvRelu(g, full, "encoder2.entry", 2 * width, {.kernel = kKernel, .stride = 2});
  const NodeId half = Blocks(g, down2, "encoder2", blocks);
  const NodeId down3 =
      ConvRelu(g, half, "encoder3.entry", 4 * width, {.kernel = kKernel, .stride = 2});
  NodeId x = Blocks(g, down3, "encoder3", blocks);
  x = Blocks(g, x, "decoder3", blocks);
  x = g.Add(Up(g, x, "decoder3.up", 2 * width), half);
  x = Blocks(g, x, "decoder2", blocks);
  x = g.Add(Up(g, x, "decoder2.up", width), full);
  x = Blocks(g, x, "decoder1", blocks);
  return g.Conv(x, "decoder1.exit", 3, {.kernel = kKernel});
}

}  // namespace

Model BuildSrn(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  GraphBuilder g;
  const NodeId input = g.Input(3);
  std::vector<NodeId> outputs;
  for (int reduction : {4, 2, 1}) {
    const NodeId blurred =
        reduction == 1 ? input : g.Apply(Resize{ResizeMode::kBilinear, 1, reduction}, {input});
    NodeId estimate = blurred;
    if (!outputs.empty()) {
      estimate = g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {outputs.back()});
      estimate = g.Apply(StopGradient{}, {estimate});
    }
    outputs.push_back(
        EncoderDecoder(g, blurred, estimate, settings.at("width"), settings.at("blocks")));
  }

  Model model;
  model.info = DeblurringInfo(/*size_multiple=*/16);
  model.graph = g.Finish(outputs);
  return model;
}

}  // namespace winnow
