#include "kernels/peak/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/peak/peak.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

// 12 chains hide the latency of every machine we know and fit in 16 registers. The sum keeps them
// alive.
float MultiplyAdds(int rounds) {
  const FloatTag d;
  const Vec a = hn::Set(d, 0.999f);
  const Vec b = hn::Set(d, 0.001f);
  Vec v0 = b, v1 = b, v2 = b, v3 = b, v4 = b, v5 = b, v6 = b, v7 = b, v8 = b, v9 = b, v10 = b,
      v11 = b;
  for (int i = 0; i < rounds; ++i) {
    v0 = hn::MulAdd(v0, a, b), v1 = hn::MulAdd(v1, a, b), v2 = hn::MulAdd(v2, a, b);
    v3 = hn::MulAdd(v3, a, b), v4 = hn::MulAdd(v4, a, b), v5 = hn::MulAdd(v5, a, b);
    v6 = hn::MulAdd(v6, a, b), v7 = hn::MulAdd(v7, a, b), v8 = hn::MulAdd(v8, a, b);
    v9 = hn::MulAdd(v9, a, b), v10 = hn::MulAdd(v10, a, b), v11 = hn::MulAdd(v11, a, b);
  }
  const Vec sum = hn::Add(
      hn::Add(hn::Add(hn::Add(v0, v1), hn::Add(v2, v3)), hn::Add(hn::Add(v4, v5), hn::Add(v6, v7))),
      hn::Add(hn::Add(v8, v9), hn::Add(v10, v11)));
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
