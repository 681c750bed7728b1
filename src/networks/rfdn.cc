// RFDN in the size of the SLS paper. Liu et al., Residual Feature Distillation Network for
// Lightweight Image Super-Resolution, ECCV workshops 2020.
#include "networks/blocks.h"
#include "networks/networks.h"
#include "networks/rfdn_graph.h"

namespace winnow {

Model BuildRfdn(int scale, const Settings& settings) {
  RequireScale(scale, {2, 3, 4});
  const int width = settings.at("width");
  RequireMultiple("width", width, 2);
  Model model;
  model.info = SuperResolutionInfo(scale, 255.0f);
  model.graph = RfdnGraph({width, settings.at("blocks"), width / 2, scale});
  return model;
}

}  // namespace winnow
