// Activations that other kernels apply on the way to memory.
#pragma once

namespace winnow {

enum class ActivationKind {
  kNone,
  kRelu,   // max(x, 0)
  kSlope,  // x < 0 ? slope * x : x, a slope a channel
};

}  // namespace winnow
