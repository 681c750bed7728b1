#include "kernels/pool/global_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool/global_pool.cc"
#include <hwy/foreach_target.h>
//
#include <cmath>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Sum of f(v) over the channel; f's result is masked to the pixels of the picture.
template <typename F>
HWY_INLINE double SumChannel(const LaneTensor& in, int c, F f) {
  const FloatTag d;
  double total = 0;
  for (int y = 0; y < in.height; ++y) {
    const float* row = in.At(y, c, 0);
    Vec sum = hn::Zero(d);
    for (int k = 0; k < in.span * kLanes; k += kLanes) {
      sum = hn::Add(sum, Masked(f(hn::Load(d, row + k)), in.mask + k));
    }
    total += hn::GetLane(hn::SumOfLanes(d, sum));
  }
  return total;
}

}  // namespace

void GlobalPoolChannel(const GlobalPoolTask& t, int c) {
  const FloatTag d;
  const double pixels = static_cast<double>(t.in.height) * t.in.width;
  const float mean =
      static_cast<float>(SumChannel(t.in, c, [](Vec v) HWY_ATTR { return v; }) / pixels);
  float result = mean;
  if (t.deviation) {
    const double squares = SumChannel(t.in, c, [&](Vec v) HWY_ATTR {
      const Vec difference = hn::Sub(v, hn::Set(d, mean));
      return hn::Mul(difference, difference);
    });
    result = static_cast<float>(std::sqrt(squares / pixels));
  }
  const LaneTensor out = t.out.Channels(c, 1);
  for (int j = 0; j < out.span; ++j) hn::Store(hn::Zero(d), d, out.At(0, 0, j));
  *out.At(0, 0, 0) = result;
  FinishRows(out, 0, 1);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
HWY_EXPORT(GlobalPoolChannel);
}  // namespace

GlobalPoolFn GetGlobalPoolKernel(Isa isa) { return WINNOW_DISPATCH(GlobalPoolChannel, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
