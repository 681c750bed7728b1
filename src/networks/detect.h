// Which network weights belong to, by their names and shapes.
#pragma once

#include <optional>
#include <string>

#include "networks/registry.h"

namespace winnow {

struct Detected {
  std::string network;
  NetworkOptions options;  // complete: scale and all settings
};

// The network all of whose params are there, in the shape it wants, and that leaves fewest tensors
// over. `scale` 0: any. Nothing when there is none.
std::optional<Detected> DetectNetwork(const TensorShapes& tensors, int scale);

}  // namespace winnow
