// A number with a bound on what rounding can do to it. Running a reference kernel on Bounded
// instead of float gives the exact result (in double precision) and, for every element, how far
// from it any single-precision implementation may end, in whatever order it sums and whether it
// fuses multiply and add: the tolerance of a test, derived instead of chosen. Follows N. J. Higham,
// Accuracy and Stability of Numerical Algorithms, chapter 3.
#pragma once

#include <cmath>

namespace winnow {

inline constexpr double kUnitRoundoff = 0x1p-24;     // of float, to nearest
inline constexpr double kSmallestNormal = 0x1p-126;  // below it results may be flushed to zero

// The relative error of n roundings, one on top of the other.
inline double Gamma(double n) { return n * kUnitRoundoff / (1 - n * kUnitRoundoff); }

struct Bounded {
  double value = 0;
  double error = 0;  // |computed - value| <= error

  Bounded() = default;
  Bounded(double v) : value(v) {}  // NOLINT: an input is exact
  Bounded(double v, double e) : value(v), error(e) {}
};

// The largest magnitude the computed number may have.
inline double Magnitude(const Bounded& x) { return std::abs(x.value) + x.error; }
inline double Magnitude(float x) { return std::abs(x); }

// x after n more roundings.
inline Bounded Rounded(const Bounded& x, double n) {
  return {x.value, x.error + Gamma(n) * Magnitude(x) + kSmallestNormal};
}

}  // namespace winnow
