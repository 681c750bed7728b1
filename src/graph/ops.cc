#include "graph/ops.h"

#include <array>

namespace winnow {

std::string_view OpName(const Op& op) {
  // In the order of the variant's alternatives.
  static constexpr std::array<std::string_view, std::variant_size_v<Op>> kNames = {
      "input",
      "conv2d",
      "conv_transpose2d",
      "add",
      "multiply",
      "concat",
      "slice_channels",
      "split_spatial",
      "relu",
      "leaky_relu",
      "prelu",
      "sigmoid",
      "tanh",
      "pixel_shuffle",
      "resize",
      "pool",
      "global_pool",
      "pad",
      "clamp",
      "scale_shift",
      "stop_gradient",
      "gelu",
      "channel_scale",
      "layer_norm",
      "pixel_unshuffle"};
  return kNames[op.index()];
}

}  // namespace winnow
