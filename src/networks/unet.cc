// A UNet for deblurring in the size of the SLS paper: two reductions, residual blocks at a quarter
// of the resolution, skips by addition, and the input added at the end.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {

Model BuildUnet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  const int width = settings.at("width");
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId full = g.Conv(input, "entry", width);
  const NodeId half = g.Conv(full, "down1", 2 * width, {.stride = 2});
  NodeId x = g.Conv(half, "down2", 3 * width, {.stride = 2});
  for (int i = 0; i < settings.at("blocks"); ++i) {
    const std::string block = Numbered("body.", i) + ".";
    x = ResidualBlock(g, x, block + "0", block + "2");
  }
  x = g.Add(ConvShuffle(g, x, "up2", 2 * width, 2), half);
  x = g.Add(ConvShuffle(g, x, "up1", width, 2), full);

  Model model;
  model.info = DeblurringInfo(/*size_multiple=*/4);
  model.graph = g.Finish({g.Add(g.Conv(x, "exit", 3), input)});
  return model;
}

}  // namespace winnow
