// A UNet for deblurring in the size of the SLS paper: two reductions, residual blocks at a quarter
// of the resolution, skips by addition, and the input added at the end. With `unshuffle` of 2 all
// of it works on a picture of half the extent and four times the channels, which sees twice as far
// for a quarter of the multiply-adds.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {

Model BuildUnet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  const int width = settings.at("width");
  const int unshuffle = settings.at("unshuffle");
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId seen = unshuffle == 1 ? input : g.Apply(PixelUnshuffle{unshuffle}, {input});
  const NodeId full = g.Conv(seen, "entry", width);
  const NodeId half = g.Conv(full, "down1", 2 * width, {.stride = 2});
  NodeId x = g.Conv(half, "down2", 3 * width, {.stride = 2});
  for (int i = 0; i < settings.at("blocks"); ++i) {
    const std::string block = Numbered("body.", i) + ".";
    x = ResidualBlock(g, x, block + "0", block + "2");
  }
  x = g.Add(ConvShuffle(g, x, "up2", 2 * width, 2), half);
  x = g.Add(ConvShuffle(g, x, "up1", width, 2), full);

  const NodeId residual =
      unshuffle == 1 ? g.Conv(x, "exit", 3) : ConvShuffle(g, x, "exit", 3, unshuffle);

  Model model;
  model.info = DeblurringInfo(4 * unshuffle);
  model.graph = g.Finish({g.Add(residual, input)});
  return model;
}

}  // namespace winnow
