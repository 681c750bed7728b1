// What the reference kernels need of a number, for float and for Bounded. In float every operator
// rounds once, from double precision.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/reference/bounded.h"

namespace winnow {

// A sum of products with constants.
template <typename T>
class Sum;

template <>
class Sum<float> {
 public:
  void Add(float x, double weight = 1) { sum_ += weight * x; }
  float Result() const { return static_cast<float>(sum_); }

 private:
  double sum_ = 0;
};

template <>
class Sum<Bounded> {
 public:
  void Add(const Bounded& x, double weight = 1) {
    value_ += weight * x.value;
    error_ += std::abs(weight) * x.error;
    magnitude_ += std::abs(weight) * Magnitude(x);
    ++terms_;
  }
  // Each product and each sum rounds; two more for a weight that is itself rounded or a division at
  // the end.
  Bounded Result() const {
    const double rounding = Gamma(terms_ + 3) * magnitude_ + (terms_ + 1) * kSmallestNormal;
    return {value_, error_ + rounding};
  }

 private:
  double value_ = 0;
  double error_ = 0;
  double magnitude_ = 0;
  double terms_ = 0;
};

inline float Plus(float a, float b) { return a + b; }
inline Bounded Plus(const Bounded& a, const Bounded& b) {
  return Rounded({a.value + b.value, a.error + b.error}, 1);
}

inline float Times(float a, float b) { return a * b; }
inline Bounded Times(const Bounded& a, const Bounded& b) {
  const double error =
      std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error;
  return Rounded({a.value * b.value, error}, 1);
}

inline float Greater(float a, float b) { return std::max(a, b); }
inline Bounded Greater(const Bounded& a, const Bounded& b) {
  return {std::max(a.value, b.value), std::max(a.error, b.error)};
}

inline float Bound(float x, float low, float high) { return std::min(std::max(x, low), high); }
inline Bounded Bound(const Bounded& x, float low, float high) {
  return {std::min(std::max(x.value, double{low}), double{high}), x.error};
}

inline float Slope(float x, float slope) { return x < 0 ? slope * x : x; }
inline Bounded Slope(const Bounded& x, float slope) {
  const double error = x.error * std::max(1.0, std::abs(double{slope}));
  return Rounded({x.value < 0 ? slope * x.value : x.value, error}, 1);
}

inline float Affine(float x, float scale, float shift) {
  return static_cast<float>(static_cast<double>(scale) * x + shift);
}
inline Bounded Affine(const Bounded& x, float scale, float shift) {
  return Plus(Times(x, scale), Bounded(shift));
}

// What implementations of exp and tanh promise, with room for the arithmetic around them.
inline constexpr double kFunctionRoundings = 12;

inline float Logistic(float x) { return static_cast<float>(1 / (1 + std::exp(-double{x}))); }
inline Bounded Logistic(const Bounded& x) {
  return Rounded({1 / (1 + std::exp(-x.value)), x.error / 4}, kFunctionRoundings);
}

inline float HyperbolicTangent(float x) { return static_cast<float>(std::tanh(double{x})); }
inline Bounded HyperbolicTangent(const Bounded& x) {
  return Rounded({std::tanh(x.value), x.error}, kFunctionRoundings);
}

// x * Phi(x), exactly or by the formula with tanh (Gelu in graph/ops.h). The slope is at most 1.13;
// Phi is computed at a magnitude of one.
inline double GaussianLinear(double x, bool by_tanh) {
  if (!by_tanh) return x * std::erfc(-x / std::sqrt(2.0)) / 2;
  const double inner = std::sqrt(2 / 3.141592653589793) * (x + 0.044715 * x * x * x);
  return x * (1 + std::tanh(inner)) / 2;
}
inline float GaussianLinear(float x, bool by_tanh) {
  return static_cast<float>(GaussianLinear(double{x}, by_tanh));
}
inline Bounded GaussianLinear(const Bounded& x, bool by_tanh) {
  const double rounding = Gamma(kFunctionRoundings) * Magnitude(x) + kSmallestNormal;
  return {GaussianLinear(x.value, by_tanh), 1.13 * x.error + rounding};
}

// 1 / sqrt(x) for x > 0.
inline float InverseRoot(float x) { return static_cast<float>(1 / std::sqrt(double{x})); }
inline Bounded InverseRoot(const Bounded& x) {
  const double exact = 1 / std::sqrt(x.value);
  const double least = std::max(x.value - x.error, kSmallestNormal);
  return Rounded({exact, 1 / std::sqrt(least) - exact}, 2);
}

// Admits a further deviation.
inline float Loosened(float x, double) { return x; }
inline Bounded Loosened(const Bounded& x, double error) { return {x.value, x.error + error}; }

}  // namespace winnow
