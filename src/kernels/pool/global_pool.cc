#include "kernels/pool/global_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool/global_pool.cc"
#include <hwy/foreach_target.h>
//
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Adds f(c, v) over the plane of every channel c in [begin, end) to totals[c - begin]; f's result
// is masked to the pixels of the picture. All channels of a row come before the next row: that is
// how they lie in memory.
template <typename F>
HWY_INLINE void SumChannels(const LaneTensor& in, int begin, int end, double* totals, F f) {
  const FloatTag d;
  for (int y = 0; y < in.height; ++y) {
    for (int c = begin; c < end; ++c) {
      const float* row = in.At(y, c, 0);
      Vec sum = hn::Zero(d);
      for (int k = 0; k < in.span * kLanes; k += kLanes) {
        sum = hn::Add(sum, Masked(f(c, hn::Load(d, row + k)), in.mask + k));
      }
      totals[c - begin] += hn::GetLane(hn::SumOfLanes(d, sum));
    }
  }
}

}  // namespace

void GlobalPoolChannels(const GlobalPoolTask& t, int begin, int end) {
  const FloatTag d;
  const double pixels = static_cast<double>(t.in.height) * t.in.width;
  std::vector<double> totals(end - begin);
  SumChannels(t.in, begin, end, totals.data(), [](int, Vec v) HWY_ATTR { return v; });
  std::vector<float> results;
  for (double total : totals) results.push_back(static_cast<float>(total / pixels));
  if (t.deviation) {
    std::ranges::fill(totals, 0.0);
    SumChannels(t.in, begin, end, totals.data(), [&](int c, Vec v) HWY_ATTR {
      const Vec difference = hn::Sub(v, hn::Set(d, results[c - begin]));
      return hn::Mul(difference, difference);
    });
    results.clear();
    for (double total : totals) results.push_back(static_cast<float>(std::sqrt(total / pixels)));
  }
  for (int c = begin; c < end; ++c) {
    const LaneTensor out = t.out.Channels(c, 1);
    for (int j = 0; j < out.span; ++j) hn::Store(hn::Zero(d), d, out.At(0, 0, j));
    *out.At(0, 0, 0) = results[c - begin];
    FinishRows(out, 0, 1);
  }
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(GlobalPoolChannels);
}  // namespace

GlobalPoolFn GetGlobalPoolKernel(Isa isa) { return WINNOW_DISPATCH(GlobalPoolChannels, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
