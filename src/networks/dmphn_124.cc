// DMPHN as published, 1-2-4 by default: upsampling by transposed convolutions.
#include "networks/blocks.h"
#include "networks/multi_patch.h"
#include "networks/networks.h"

namespace winnow {

Model BuildDmphn124(int scale, const Settings& settings) {
  constexpr int kWidth = 32;
  RequireScale(scale, {1});
  const int levels = settings.at("levels");
  const auto upsample = [](GraphBuilder& g, NodeId x, const std::string& name) {
    return g.ConvTranspose(x, name, g.channels(x) / 2);
  };
  Model model;
  model.graph = MultiPatchGraph(levels, kWidth, upsample);
  model.info = DeblurringInfo(MultiPatchSizeMultiple(levels));
  return model;
}

std::optional<Settings> Dmphn124Settings(const TensorShapes& tensors) {
  const int levels = CountNumbered(tensors, "encoder_lv", ".layer1.weight", 1);
  return levels > 0 ? std::optional(Settings{{"levels", levels}}) : std::nullopt;
}

}  // namespace winnow
