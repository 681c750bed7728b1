// SRVGGNetCompact of Real-ESRGAN: a plain stack of convolutions correcting a nearest enlargement.
#include "networks/blocks.h"
#include "networks/networks.h"

namespace winnow {

Model BuildSrvgg(int scale, const Settings& settings) {
  RequireScale(scale, {1, 2, 3, 4});
  const int width = settings.at("width");
  GraphBuilder g;
  const NodeId input = g.Input(3);
  NodeId x = input;
  int layer = 0;
  const auto next = [&layer] { return Numbered("body.", layer++); };
  for (int i = 0; i <= settings.at("blocks"); ++i) {
    x = g.Conv(x, next(), width);
    x = g.PRelu(x, next());
  }
  x = ConvShuffle(g, x, next(), 3, scale);
  const NodeId enlarged = g.Apply(Resize{ResizeMode::kNearest, scale, 1}, {input});

  Model model;
  model.info = SuperResolutionInfo(scale, 1.0f);
  model.graph = g.Finish({g.Add(x, enlarged)});
  return model;
}

}  // namespace winnow
