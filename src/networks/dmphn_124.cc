// DMPHN 1-2-4 as published: upsampling by transposed convolutions.
#include "networks/blocks.h"
#include "networks/multi_patch.h"
#include "networks/networks.h"

namespace winnow {

Model BuildDmphn124(int scale, const Settings&) {
  constexpr int kLevels = 3;
  constexpr int kWidth = 32;
  RequireScale(scale, {1});
  const auto upsample = [](GraphBuilder& g, NodeId x, const std::string& name) {
    return g.ConvTranspose(x, name, g.channels(x) / 2);
  };
  Model model;
  model.info = DeblurringInfo(MultiPatchSizeMultiple(kLevels));
  model.graph = MultiPatchGraph(kLevels, kWidth, upsample);
  return model;
}

}  // namespace winnow
