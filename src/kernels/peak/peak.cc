#include "kernels/peak/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/peak/peak.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

// 12 chains hide the latency of every machine we know and fit in 16 registers. They start apart, or
// the compiler would see that they are one, and their sum keeps them alive.
float MultiplyAdds(int rounds) {
  constexpr int kChains = 12;
  const FloatTag d;
  const Vec a = hn::Set(d, 0.999f);
  const Vec b = hn::Set(d, 0.001f);
  Vec v[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) v[i] = hn::Set(d, static_cast<float>(i));
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) v[i] = hn::MulAdd(v[i], a, b);
  }
  Vec sum = v[0];
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum = hn::Add(sum, v[i]);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <chrono>

#include "kernels/dispatch.h"

namespace winnow {
namespace {
HWY_EXPORT(MultiplyAdds);
}  // namespace

double MeasureFmaPeak(Isa isa) {
  constexpr int kRounds = 1 << 20;
  constexpr int kChains = 12;
  constexpr int kRuns = 20;
  const auto run = WINNOW_DISPATCH(MultiplyAdds, isa);
  double best = 1e30;
  volatile float sink = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    sink = run(kRounds);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  static_cast<void>(sink);
  return 1e-9 * kRounds * kChains * Lanes(isa) / best;
}

}  // namespace winnow
#endif  // HWY_ONCE
