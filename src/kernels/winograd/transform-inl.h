// The transforms of Winograd's F(4x4, 3x3) on vectors. Included once a target.
#if defined(WINNOW_KERNELS_WINOGRAD_TRANSFORM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WINNOW_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#undef WINNOW_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#else
#define WINNOW_KERNELS_WINOGRAD_TRANSFORM_INL_H_
#endif

#include "kernels/lanes-inl.h"
#include "kernels/winograd/pack.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// The points are 0, +-kA, +-kB and infinity; kA * kB = 1, kA^2 = 1/2, kB^2 = 2.
constexpr float kA = 0.70710678118654752f;
constexpr float kB = 1.41421356237309505f;

// v = B^T d for one row or column: each row of B^T holds the coefficients of the polynomial that is
// zero at all points but its own. Additions are kept apart from multiplications where that is
// free: many processors do both at the same time.
HWY_INLINE void ToFrequencies(const Vec (&d)[kWinogradWindow], Vec (&v)[kWinogradWindow]) {
  const FloatTag tag;
  const Vec a = hn::Set(tag, kA);
  const Vec b = hn::Set(tag, kB);
  const Vec half = hn::Set(tag, 0.5f);
  const Vec two = hn::Set(tag, 2.0f);
  const Vec sum = hn::Set(tag, 2.5f);  // kA^2 + kB^2
  const Vec even_a = hn::NegMulAdd(two, d[2], d[4]);
  const Vec odd_a = hn::NegMulAdd(b, d[1], hn::Mul(a, d[3]));
  const Vec even_b = hn::NegMulAdd(half, d[2], d[4]);
  const Vec odd_b = hn::NegMulAdd(a, d[1], hn::Mul(b, d[3]));
  v[0] = hn::NegMulAdd(sum, d[2], hn::Add(d[0], d[4]));
  v[1] = hn::Add(even_a, odd_a);
  v[2] = hn::Sub(even_a, odd_a);
  v[3] = hn::Add(even_b, odd_b);
  v[4] = hn::Sub(even_b, odd_b);
  v[5] = hn::NegMulAdd(sum, d[3], hn::Add(d[1], d[5]));
}

// y = A^T m for one row or column: the powers 0 to 3 of the points.
HWY_INLINE void FromFrequencies(const Vec (&m)[kWinogradWindow], Vec (&y)[kWinogradTile]) {
  const FloatTag tag;
  const Vec sum_a = hn::Add(m[1], m[2]);
  const Vec sum_b = hn::Add(m[3], m[4]);
  const Vec difference_a = hn::Sub(m[1], m[2]);
  const Vec difference_b = hn::Sub(m[3], m[4]);
  y[0] = hn::Add(hn::Add(m[0], sum_a), sum_b);
  y[1] = hn::MulAdd(difference_a, hn::Set(tag, kA), hn::Mul(difference_b, hn::Set(tag, kB)));
  y[2] = hn::MulAdd(sum_a, hn::Set(tag, 0.5f), hn::Add(sum_b, sum_b));
  y[3] = hn::MulAdd(difference_a, hn::Set(tag, kA / 2),
                    hn::MulAdd(difference_b, hn::Set(tag, 2 * kB), m[5]));
}

// The window whose vector (i, j) is at d + i * row + j vectors, to vectors v + (6 i + j) * step.
HWY_INLINE void WindowToFrequencies(const float* d, std::int64_t row, float* v, std::int64_t step) {
  const FloatTag tag;
  Vec rows[kWinogradWindow][kWinogradWindow];
#pragma GCC unroll 6
  for (int j = 0; j < kWinogradWindow; ++j) {
    Vec column[kWinogradWindow];
    Vec result[kWinogradWindow];
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradWindow; ++i) column[i] = hn::Load(tag, d + i * row + j * kLanes);
    ToFrequencies(column, result);
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradWindow; ++i) rows[i][j] = result[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < kWinogradWindow; ++i) {
    Vec result[kWinogradWindow];
    ToFrequencies(rows[i], result);
#pragma GCC unroll 6
    for (int j = 0; j < kWinogradWindow; ++j, v += step) hn::Store(result[j], tag, v);
  }
}

// The tile that the vectors m + (6 i + j) * step make.
HWY_INLINE void FrequenciesToTile(const float* m, std::int64_t step,
                                  Vec (&tile)[kWinogradTile][kWinogradTile]) {
  const FloatTag tag;
  Vec rows[kWinogradTile][kWinogradWindow];
#pragma GCC unroll 6
  for (int j = 0; j < kWinogradWindow; ++j) {
    Vec column[kWinogradWindow];
    Vec result[kWinogradTile];
#pragma GCC unroll 6
    for (int i = 0; i < kWinogradWindow; ++i) {
      column[i] = hn::Load(tag, m + (kWinogradWindow * i + j) * step);
    }
    FromFrequencies(column, result);
#pragma GCC unroll 4
    for (int i = 0; i < kWinogradTile; ++i) rows[i][j] = result[i];
  }
#pragma GCC unroll 4
  for (int i = 0; i < kWinogradTile; ++i) FromFrequencies(rows[i], tile[i]);
}

}  // namespace
}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
