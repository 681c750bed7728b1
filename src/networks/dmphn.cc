// DMPHN 1-2-4-8 in the size of the SLS paper: upsampling by PixelShuffle.
#include "networks/blocks.h"
#include "networks/multi_patch.h"
#include "networks/networks.h"

namespace winnow {

Model BuildDmphn(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  const int levels = settings.at("levels");
  const auto upsample = [](GraphBuilder& g, NodeId x, const std::string& name) {
    return ConvShuffle(g, x, name, g.channels(x) / 2, 2);
  };
  Model model;
  model.graph = MultiPatchGraph(levels, settings.at("width"), upsample);
  model.info = DeblurringInfo(MultiPatchSizeMultiple(levels));
  return model;
}

std::optional<Settings> DmphnSettings(const TensorShapes& tensors) {
  const auto width = FiltersOf(tensors, "encoder_lv1.layer1.weight");
  if (!width) return std::nullopt;
  return Settings{{"width", *width},
                  {"levels", CountNumbered(tensors, "encoder_lv", ".layer1.weight", 1)}};
}

}  // namespace winnow
