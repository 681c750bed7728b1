// Resizing and pooling in plain loops.
#pragma once

#include "kernels/reference/planar.h"

namespace winnow {

// To out's extent: the pixel floor(i * in / out).
template <typename T>
void ReferenceNearest(Planar<const T> in, Planar<T> out);

// To out's extent, half-pixel centres: source = (i + 0.5) * in / out - 0.5, clamped at 0. Positions
// are computed in integers, so the weights depend only on the phase of a pixel.
template <typename T>
void ReferenceBilinear(Planar<const T> in, Planar<T> out);

// kernel x kernel windows; the window of (y, x) starts at (y * stride - top, x * stride - left).
// Pixels outside `in` never win a maximum, and count as zeros in a mean.
template <typename T>
void ReferenceMaxPool(Planar<const T> in, Planar<T> out, int kernel, int stride, int top, int left);
template <typename T>
void ReferenceAveragePool(Planar<const T> in, Planar<T> out, int kernel, int stride, int top,
                          int left);

// out is 1 x 1: the mean over the plane, or the population standard deviation.
template <typename T>
void ReferenceGlobalMean(Planar<const T> in, Planar<T> out);
template <typename T>
void ReferenceGlobalDeviation(Planar<const T> in, Planar<T> out);

}  // namespace winnow
