#include "kernels/layer_norm/layer_norm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/layer_norm/layer_norm.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Vectors that are normalised together: enough sums to hide the time of an addition.
constexpr int kTogether = 4;

// Calls f(c, k, x) for the `count` vectors x from vector j of row y, for all channels.
template <int count, typename F>
HWY_INLINE void ForChannels(const LaneTensor& in, int y, int j, F f) {
  const FloatTag d;
  const float* from = in.At(y, 0, j);
  for (int c = 0; c < in.channels; ++c, from += in.channel_stride) {
    for (int k = 0; k < count; ++k) f(c, k, hn::Load(d, from + k * kLanes));
  }
}

template <int count>
HWY_INLINE void Normalise(const LayerNormTask& t, int y, int j) {
  const FloatTag d;
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(t.in.channels));
  Vec mean[count];
  Vec factor[count];
  for (int k = 0; k < count; ++k) mean[k] = factor[k] = hn::Zero(d);
  ForChannels<count>(t.in, y, j,
                     [&](int, int k, Vec x) HWY_ATTR { mean[k] = hn::Add(mean[k], x); });
  for (int k = 0; k < count; ++k) mean[k] = hn::Mul(mean[k], share);
  ForChannels<count>(t.in, y, j, [&](int, int k, Vec x) HWY_ATTR {
    const Vec centred = hn::Sub(x, mean[k]);
    factor[k] = hn::MulAdd(centred, centred, factor[k]);
  });
  for (int k = 0; k < count; ++k) {
    const Vec variance = hn::MulAdd(factor[k], share, hn::Set(d, t.epsilon));
    factor[k] = hn::Div(hn::Set(d, 1.0f), hn::Sqrt(variance));
  }
  float* const to = t.out.At(y, 0, j);
  const std::uint32_t* const mask = t.out.mask + j * kLanes;
  ForChannels<count>(t.in, y, j, [&](int c, int k, Vec x) HWY_ATTR {
    const Vec normal = hn::Mul(hn::Sub(x, mean[k]), factor[k]);
    const Vec result = hn::MulAdd(normal, hn::Set(d, t.weight[c]), hn::Set(d, t.bias[c]));
    hn::Store(Masked(result, mask + k * kLanes), d, to + c * t.out.channel_stride + k * kLanes);
  });
}

}  // namespace

void LayerNormRows(const LayerNormTask& t, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    int j = 0;
    for (; j + kTogether <= t.out.span; j += kTogether) Normalise<kTogether>(t, y, j);
    for (; j < t.out.span; ++j) Normalise<1>(t, y, j);
  }
  FinishRows(t.out, begin, end);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(LayerNormRows);
}  // namespace

LayerNormFn GetLayerNormKernel(Isa isa) { return WINNOW_DISPATCH(LayerNormRows, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
