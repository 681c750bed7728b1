#include "kernels/reference/spatial.h"

#include <algorithm>

#include "kernels/reference/bounded.h"

namespace winnow {
namespace {

// The pixel of an axis of `extent` that stands for position i; -1: zero.
std::int64_t PaddingSource(std::int64_t i, std::int64_t extent, ReferencePadMode mode) {
  if (0 <= i && i < extent) return i;
  if (mode == ReferencePadMode::kZero) return -1;
  if (mode == ReferencePadMode::kReplicate) return i < 0 ? 0 : extent - 1;
  return i < 0 ? -i : 2 * (extent - 1) - i;
}

}  // namespace

template <typename T>
void ReferenceCopy(Planar<const T> in, Planar<T> out, int axis, std::int64_t from, std::int64_t to,
                   std::int64_t count) {
  const std::int64_t channels = axis == 0 ? count : in.channels;
  const std::int64_t height = axis == 1 ? count : in.height;
  const std::int64_t width = axis == 2 ? count : in.width;
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        if (axis == 0) out.At(to + c, y, x) = in.At(from + c, y, x);
        if (axis == 1) out.At(c, to + y, x) = in.At(c, from + y, x);
        if (axis == 2) out.At(c, y, to + x) = in.At(c, y, from + x);
      }
    }
  }
}

template <typename T>
void ReferenceShuffle(Planar<const T> in, Planar<T> out, int factor, bool channel_last) {
  for (std::int64_t c = 0; c < out.channels; ++c) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      for (std::int64_t x = 0; x < out.width; ++x) {
        const std::int64_t phase = y % factor * factor + x % factor;
        const std::int64_t k =
            channel_last ? phase * out.channels + c : c * factor * factor + phase;
        out.At(c, y, x) = in.At(k, y / factor, x / factor);
      }
    }
  }
}

template <typename T>
void ReferenceUnshuffle(Planar<const T> in, Planar<T> out, int factor) {
  for (std::int64_t k = 0; k < out.channels; ++k) {
    const std::int64_t phase = k % (factor * factor);
    for (std::int64_t y = 0; y < out.height; ++y) {
      for (std::int64_t x = 0; x < out.width; ++x) {
        out.At(k, y, x) =
            in.At(k / (factor * factor), y * factor + phase / factor, x * factor + phase % factor);
      }
    }
  }
}

template <typename T>
void ReferencePad(Planar<const T> in, Planar<T> out, int top, int left, ReferencePadMode mode) {
  for (std::int64_t c = 0; c < out.channels; ++c) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      const std::int64_t iy = PaddingSource(y - top, in.height, mode);
      for (std::int64_t x = 0; x < out.width; ++x) {
        const std::int64_t ix = PaddingSource(x - left, in.width, mode);
        out.At(c, y, x) = iy < 0 || ix < 0 ? T(0) : in.At(c, iy, ix);
      }
    }
  }
}

#define WINNOW_INSTANTIATE(T)                                                                 \
  template void ReferenceCopy<T>(Planar<const T>, Planar<T>, int, std::int64_t, std::int64_t, \
                                 std::int64_t);                                               \
  template void ReferenceShuffle<T>(Planar<const T>, Planar<T>, int, bool);                   \
  template void ReferenceUnshuffle<T>(Planar<const T>, Planar<T>, int);                       \
  template void ReferencePad<T>(Planar<const T>, Planar<T>, int, int, ReferencePadMode);
WINNOW_INSTANTIATE(float)
WINNOW_INSTANTIATE(Bounded)
#undef WINNOW_INSTANTIATE

}  // namespace winnow
