#include "kernels/pool/window_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool/window_pool.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

struct Largest {
  static Vec Of(Vec a, Vec b) { return hn::Max(a, b); }
  static float Of(const float* begin, const float* end) { return *std::max_element(begin, end); }
};

struct Sum {
  static Vec Of(Vec a, Vec b) { return hn::Add(a, b); }
  static float Of(const float* begin, const float* end) {
    float sum = *begin;
    while (++begin != end) sum += *begin;
    return sum;
  }
};

// What the rows [from, to), at least one, of a channel come to, pixel by pixel from left to right.
// `lanes` holds a row in lanes.
template <typename Combine>
void CombineRows(const LaneTensor& in, int c, int from, int to, float* lanes, float* pixels) {
  const FloatTag d;
  for (int k = 0; k < in.span * kLanes; k += kLanes) {
    Vec result = hn::Load(d, in.At(from, c, 0) + k);
    for (int y = from + 1; y < to; ++y) {
      result = Combine::Of(result, hn::Load(d, in.At(y, c, 0) + k));
    }
    hn::Store(result, d, lanes + k);
  }
  for (int x = 0, lane = 0; x < in.width; ++lane) {
    for (int j = 0; j < in.span && x < in.width; ++j, ++x) pixels[x] = lanes[j * kLanes + lane];
  }
}

template <typename Combine>
void Pool(const WindowPoolTask& t, int begin, int end, float scale) {
  const std::size_t row = static_cast<std::size_t>(t.in.span) * kLanes;
  AlignedVector<float> lanes(row), pixels(row);
  for (int y = begin; y < end; ++y) {
    const int from = std::max(y * t.stride - t.top, 0);
    const int to = std::min(y * t.stride - t.top + t.kernel, t.in.height);
    for (int c = 0; c < t.out.channels; ++c) {
      float* const out = t.out.At(y, c, 0);
      std::memset(out, 0, sizeof(float) * t.out.span * kLanes);
      if (from >= to) continue;
      CombineRows<Combine>(t.in, c, from, to, lanes.data(), pixels.data());
      for (int x = 0; x < t.out.width; ++x) {
        const int left = std::max(x * t.stride - t.left, 0);
        const int right = std::min(x * t.stride - t.left + t.kernel, t.in.width);
        if (left >= right) continue;
        out[x % t.out.span * kLanes + x / t.out.span] =
            scale * Combine::Of(pixels.data() + left, pixels.data() + right);
      }
    }
  }
  FinishRows(t.out, begin, end);
}

}  // namespace

void WindowPool(const WindowPoolTask& t, int begin, int end) {
  if (t.mean) {
    Pool<Sum>(t, begin, end, 1 / (static_cast<float>(t.kernel) * static_cast<float>(t.kernel)));
  } else {
    Pool<Largest>(t, begin, end, 1);
  }
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(WindowPool);
}  // namespace

WindowPoolFn GetWindowPoolKernel(Isa isa) { return WINNOW_DISPATCH(WindowPool, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
