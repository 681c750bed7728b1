// Residual blocks entirely at the input's resolution, correcting a bilinear enlargement.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {

Model BuildEdsrLr(int scale, const Settings& settings) {
  RequireScale(scale, {2, 3, 4});
  const int width = settings.at("width");
  const int blocks = settings.at("blocks");

  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId head = g.Conv(input, "head", width);
  NodeId x = head;
  for (int i = 0; i < blocks; ++i) {
    const std::string block = Numbered("body.", i) + ".";
    x = ResidualBlock(g, x, block + "0", block + "2");
  }
  x = g.Add(g.Conv(x, "fuse", width), head);
  x = ConvShuffle(g, x, "tail", 3, scale);
  const NodeId enlarged = g.Apply(Resize{ResizeMode::kBilinear, scale, 1}, {input});

  Model model;
  model.info = SuperResolutionInfo(scale, 1.0f);
  model.graph = g.Finish({g.Add(x, enlarged)});
  return model;
}

}  // namespace winnow
