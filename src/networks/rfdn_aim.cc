// RFDN as published by its authors for the AIM 2020 challenge: 50 channels, attention of a quarter.
#include "networks/blocks.h"
#include "networks/networks.h"
#include "networks/rfdn_graph.h"

namespace winnow {

Model BuildRfdnAim(int scale, const Settings&) {
  RequireScale(scale, {4});
  Model model;
  model.info = SuperResolutionInfo(scale, 255.0f);
  model.graph = RfdnGraph({.width = 50, .blocks = 4, .attention_width = 50 / 4, .scale = scale});
  return model;
}

}  // namespace winnow
