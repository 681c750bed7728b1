// Pixel by pixel, in plain loops.
#pragma once

#include "kernels/reference/arithmetic.h"
#include "kernels/reference/planar.h"

namespace winnow {

// out = f(channel, in).
template <typename T, typename F>
void ReferenceMap(Planar<const T> in, Planar<T> out, F f) {
  const std::int64_t pixels = in.height * in.width;
  for (std::int64_t i = 0; i < in.size(); ++i) {
    out.data[i] = f(static_cast<int>(i / pixels), in.data[i]);
  }
}

// out = f(a, b); an input of height and width 1 is broadcast.
template <typename T, typename F>
void ReferenceZip(Planar<const T> a, Planar<const T> b, Planar<T> out, F f) {
  const std::int64_t pixels = out.height * out.width;
  const bool single_a = a.height == 1 && a.width == 1;
  const bool single_b = b.height == 1 && b.width == 1;
  for (std::int64_t i = 0; i < out.size(); ++i) {
    out.data[i] = f(a.data[single_a ? i / pixels : i], b.data[single_b ? i / pixels : i]);
  }
}

}  // namespace winnow
