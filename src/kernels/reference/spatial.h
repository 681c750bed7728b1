// Operators that only move pixels, in plain loops.
#pragma once

#include "kernels/reference/planar.h"

namespace winnow {

// Copies `count` elements along one axis from position `from` of `in` to position `to` of `out`;
// the extents of the other axes agree. axis: 0 channel, 1 height, 2 width. Slices, splits and
// concatenations are made of it.
template <typename T>
void ReferenceCopy(Planar<const T> in, Planar<T> out, int axis, std::int64_t from, std::int64_t to,
                   std::int64_t count);

// See graph/ops.h; channel_last is TensorFlow's order.
template <typename T>
void ReferenceShuffle(Planar<const T> in, Planar<T> out, int factor, bool channel_last);

// The inverse, in torch order.
template <typename T>
void ReferenceUnshuffle(Planar<const T> in, Planar<T> out, int factor);

enum class ReferencePadMode { kZero, kReflect, kReplicate };
// `top` and `left` pixels before; as many after as `out` is larger than that.
template <typename T>
void ReferencePad(Planar<const T> in, Planar<T> out, int top, int left, ReferencePadMode mode);

}  // namespace winnow
