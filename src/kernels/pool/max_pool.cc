#include "kernels/pool/max_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool/max_pool.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// The maxima of a channel's rows [from, to), at least one, pixel by pixel from left to right.
// `lanes` holds a row in lanes.
void MaxOfRows(const LaneTensor& in, int c, int from, int to, float* lanes, float* pixels) {
  const FloatTag d;
  for (int k = 0; k < in.span * kLanes; k += kLanes) {
    Vec largest = hn::Load(d, in.At(from, c, 0) + k);
    for (int y = from + 1; y < to; ++y) largest = hn::Max(largest, hn::Load(d, in.At(y, c, 0) + k));
    hn::Store(largest, d, lanes + k);
  }
  for (int x = 0, lane = 0; x < in.width; ++lane) {
    for (int j = 0; j < in.span && x < in.width; ++j, ++x) pixels[x] = lanes[j * kLanes + lane];
  }
}

}  // namespace

void MaxPool(const MaxPoolTask& t, int begin, int end) {
  const std::size_t row = static_cast<std::size_t>(t.in.span) * kLanes;
  AlignedVector<float> lanes(row), pixels(row);
  for (int y = begin; y < end; ++y) {
    const int from = std::max(y * t.stride - t.top, 0);
    const int to = std::min(y * t.stride - t.top + t.kernel, t.in.height);
    for (int c = 0; c < t.out.channels; ++c) {
      float* const out = t.out.At(y, c, 0);
      std::memset(out, 0, sizeof(float) * t.out.span * kLanes);
      if (from >= to) continue;
      MaxOfRows(t.in, c, from, to, lanes.data(), pixels.data());
      for (int x = 0; x < t.out.width; ++x) {
        const int left = std::max(x * t.stride - t.left, 0);
        const int right = std::min(x * t.stride - t.left + t.kernel, t.in.width);
        if (left >= right) continue;
        out[x % t.out.span * kLanes + x / t.out.span] =
            *std::max_element(pixels.data() + left, pixels.data() + right);
      }
    }
  }
  FinishRows(t.out, begin, end);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(MaxPool);
}  // namespace

MaxPoolFn GetMaxPoolKernel(Isa isa) { return WINNOW_DISPATCH(MaxPool, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
