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

#if defined(__x86_64__) && __has_include(<avx512fp16intrin.h>)
#define WINNOW_HALF_PEAK 1
#include <immintrin.h>
#endif

namespace winnow {
namespace {
WINNOW_EXPORT(MultiplyAdds);

constexpr int kRounds = 1 << 20;
constexpr int kChains = 12;

#ifdef WINNOW_HALF_PEAK
// As MultiplyAdds.
__attribute__((target("avx512fp16"))) float HalfMultiplyAdds(int rounds) {
  const __m512h a = _mm512_set1_ph(0.999f);
  const __m512h b = _mm512_set1_ph(0.001f);
  __m512h v[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) v[i] = _mm512_set1_ph(static_cast<float>(i));
  for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) v[i] = _mm512_fmadd_ph(v[i], a, b);
  }
  __m512h sum = v[0];
#pragma GCC unroll 12
  for (int i = 1; i < kChains; ++i) sum = _mm512_add_ph(sum, v[i]);
  return static_cast<float>(_mm512_reduce_add_ph(sum));
}
#endif

// Of `run`, which does multiply-adds on `lanes` numbers at a time.
double PeakOf(float (*run)(int rounds), int lanes) {
  constexpr int kRuns = 20;
  double best = 1e30;
  volatile float sink = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    sink = run(kRounds);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  static_cast<void>(sink);
  return 1e-9 * kRounds * kChains * lanes / best;
}

}  // namespace

double MeasureFmaPeak(Isa isa) { return PeakOf(WINNOW_DISPATCH(MultiplyAdds, isa), Lanes(isa)); }

double MeasureHalfFmaPeak() {
#ifdef WINNOW_HALF_PEAK
  if (__builtin_cpu_supports("avx512fp16")) return PeakOf(&HalfMultiplyAdds, 32);
#endif
  return 0;
}

}  // namespace winnow
#endif  // HWY_ONCE
