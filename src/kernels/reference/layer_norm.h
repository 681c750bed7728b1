// Normalisation over the channels, in plain loops.
#pragma once

#include "kernels/reference/planar.h"

namespace winnow {

// See LayerNorm in graph/ops.h. weight and bias [channels]. T is float or Bounded.
template <typename T>
void ReferenceLayerNorm(Planar<const T> in, const float* weight, const float* bias, float epsilon,
                        Planar<T> out);

}  // namespace winnow
