// Convolution in plain loops: the definition of correct.
#pragma once

#include "kernels/conv/taps.h"
#include "kernels/reference/planar.h"

namespace winnow {

// weight as in kernels/conv/taps.h; bias [out] or nullptr. `out` has the extent the operator gives
// it; pixels outside `in` are zero. T is float or Bounded, here and in the other reference kernels.
template <typename T>
void ReferenceConv(const ConvShape& shape, const float* weight, const float* bias,
                   Planar<const T> in, Planar<T> out);
template <typename T>
void ReferenceConvTranspose(const ConvShape& shape, const float* weight, const float* bias,
                            Planar<const T> in, Planar<T> out);

}  // namespace winnow
