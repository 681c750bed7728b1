// EDSR, by default in its baseline size. Lim et al., Enhanced Deep Residual Networks for Single
// Image Super-Resolution, CVPR workshops 2017.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {

Model BuildEdsr(int scale, const Settings& settings) {
  RequireScale(scale, {2, 3, 4});
  const int width = settings.at("width");
  const int blocks = settings.at("blocks");
  const float residual = static_cast<float>(settings.at("residual")) / 100;  // per cent

  GraphBuilder g;
  const NodeId head = g.Conv(g.Input(3), "head.0", width);
  NodeId x = head;
  for (int i = 0; i < blocks; ++i) {
    const std::string block = Numbered("body.", i) + ".body.";
    x = ResidualBlock(g, x, block + "0", block + "2", /*kernel=*/3, residual);
  }
  x = g.Add(g.Conv(x, Numbered("body.", blocks), width), head);
  int layer = 0;
  for (int factor : ShuffleFactors(scale)) {
    x = ConvShuffle(g, x, Numbered("tail.0.", layer), width, factor);
    layer += 2;
  }

  Model model;
  model.info = SuperResolutionInfo(scale, 255.0f);
  for (int c = 0; c < 3; ++c) model.info.mean[c] = 255.0f * kDiv2kMean[c];
  model.graph = g.Finish({g.Conv(x, "tail.1", 3)});
  return model;
}

// Shapes do not show what residuals are scaled by: the authors' network of 256 channels scales them
// by 0.1, the baseline does not.
std::optional<Settings> EdsrSettings(const TensorShapes& tensors) {
  const auto width = FiltersOf(tensors, "head.0.weight");
  if (!width) return std::nullopt;
  return Settings{{"width", *width},
                  {"blocks", CountNumbered(tensors, "body.", ".body.0.weight")},
                  {"residual", *width >= 256 ? 10 : 100}};
}

}  // namespace winnow
