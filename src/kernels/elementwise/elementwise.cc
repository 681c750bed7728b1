#include "kernels/elementwise/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/elementwise.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/contrib/math/math-inl.h>

#include "kernels/halves-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// to[i] = f(x[i]) for the numbers of a row of a channel; halves are widened in between.
template <typename F>
HWY_INLINE void MapRow(const LaneTensor& out, const float* x, float* to, F f) {
  const FloatTag d;
  const int words = out.span * kLanes;
  if (out.element == Element::kHalf) {
    for (int k = 0; k < words; k += kLanes) {
      const HalfPair v = LoadHalves(x + k);
      StoreHalves({f(v.even), f(v.odd)}, out.mask + k, to + k);
    }
  } else {
    for (int k = 0; k < words; k += kLanes) {
      hn::Store(Masked(f(hn::Load(d, x + k)), out.mask + k), d, to + k);
    }
  }
}

// to[i] = f(a[i], b[i]).
template <typename F>
HWY_INLINE void ZipRow(const LaneTensor& out, const float* a, const float* b, float* to, F f) {
  const FloatTag d;
  const int words = out.span * kLanes;
  if (out.element == Element::kHalf) {
    for (int k = 0; k < words; k += kLanes) {
      const HalfPair v = LoadHalves(a + k);
      const HalfPair w = LoadHalves(b + k);
      StoreHalves({f(v.even, w.even), f(v.odd, w.odd)}, out.mask + k, to + k);
    }
  } else {
    for (int k = 0; k < words; k += kLanes) {
      hn::Store(Masked(f(hn::Load(d, a + k), hn::Load(d, b + k)), out.mask + k), d, to + k);
    }
  }
}

// out = f(channel, in) for rows [begin, end).
template <typename F>
HWY_INLINE void MapRows(const LaneTensor& in, const LaneTensor& out, int begin, int end, F f) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < out.channels; ++c) {
      MapRow(out, in.At(y, c, 0), out.At(y, c, 0), [&](Vec x) HWY_ATTR { return f(c, x); });
    }
  }
  FinishRows(out, begin, end);
}

// The one number of a channel, in all lanes.
HWY_INLINE Vec Broadcast(const LaneTensor& single, int c) {
  const float* const vector = single.At(0, c, 0);
  const float value =
      single.element == Element::kHalf ? hn::GetLane(LoadHalves(vector).even) : *vector;
  return hn::Set(FloatTag(), value);
}

// exp(x) for x in [-87, 88], where no power of two on the way leaves the normal floats: 2^n *
// exp(r), x = n * ln 2 + r. The polynomial is within 1e-8 of exp(r), relatively; rounding adds
// more.
HWY_INLINE Vec BoundedExp(Vec x) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const Vec n = hn::Round(hn::Mul(x, hn::Set(d, 1.44269504f)));
  // ln 2 in two parts, the first so short that its product with n is exact.
  const Vec r =
      hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x));
  Vec p = hn::Set(d, 1.0f / 5040);
  for (float c : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) {
    p = hn::MulAdd(p, r, hn::Set(d, c));
  }
  const auto exponent = hn::ShiftLeft<23>(hn::ConvertTo(di, n));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

// Above the bounds the result is 1; below them, exact and computed results are less than the
// smallest normal float.
HWY_INLINE Vec LogisticSigmoid(Vec x) {
  const FloatTag d;
  const Vec e = BoundedExp(hn::Neg(hn::Clamp(x, hn::Set(d, -88.0f), hn::Set(d, 87.0f))));
  return hn::Div(hn::Set(d, 1.0f), hn::Add(hn::Set(d, 1.0f), e));
}

// x * (1 + erf(x / sqrt 2)) / 2 by Abramowitz and Stegun 7.1.26, whose error is below 1.5e-7.
HWY_INLINE Vec GeluErf(Vec x) {
  const FloatTag d;
  const Vec z = hn::Mul(hn::Abs(x), hn::Set(d, 0.707106781f));
  const Vec t = hn::Div(hn::Set(d, 1.0f), hn::MulAdd(z, hn::Set(d, 0.3275911f), hn::Set(d, 1.0f)));
  Vec p = hn::Set(d, 1.061405429f);
  for (float c : {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f}) {
    p = hn::MulAdd(p, t, hn::Set(d, c));
  }
  // 1 - erf(z), which vanishes in a float long before the bound.
  const Vec e = BoundedExp(hn::Max(hn::Neg(hn::Mul(z, z)), hn::Set(d, -87.0f)));
  const Vec tail = hn::Mul(hn::Mul(p, t), hn::Mul(e, hn::Set(d, 0.5f)));
  const Vec share = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(hn::Set(d, 1.0f), tail));
  return hn::Mul(x, share);
}

// (1 + tanh(u)) / 2 is the logistic function of 2 u.
HWY_INLINE Vec GeluTanh(Vec x) {
  const FloatTag d;
  const Vec cubic = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.0713548163f), hn::Set(d, 1.59576912f));
  return hn::Mul(x, LogisticSigmoid(hn::Mul(x, cubic)));
}

template <typename F>
HWY_INLINE void ZipRows(const BinaryTask& t, int begin, int end, F f) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.out.channels; ++c) {
      const float* const a = t.x.At(y, c, 0);
      float* const to = t.out.At(y, c, 0);
      if (t.broadcast) {
        const Vec b = Broadcast(t.y, c);
        MapRow(t.out, a, to, [&](Vec x) HWY_ATTR { return f(x, b); });
      } else {
        ZipRow(t.out, a, t.y.At(y, c, 0), to, f);
      }
    }
  }
  FinishRows(t.out, begin, end);
}

}  // namespace

void RunUnary(const UnaryTask& t, int begin, int end) {
  const FloatTag d;
  const auto map = [&](auto f) HWY_ATTR { MapRows(t.in, t.out, begin, end, f); };
  switch (t.kind) {
    case UnaryKind::kRelu:
      return map([](int, Vec x) HWY_ATTR { return Activate(ActivationKind::kRelu, x, 0); });
    case UnaryKind::kSlope:
      return map([&](int c, Vec x)
                     HWY_ATTR { return Activate(ActivationKind::kSlope, x, t.a[c]); });
    case UnaryKind::kSigmoid:
      return map([](int, Vec x) HWY_ATTR { return LogisticSigmoid(x); });
    case UnaryKind::kTanh:
      return map([&](int, Vec x) HWY_ATTR { return hn::Tanh(d, x); });
    case UnaryKind::kGelu:
      return map([](int, Vec x) HWY_ATTR { return GeluErf(x); });
    case UnaryKind::kGeluTanh:
      return map([](int, Vec x) HWY_ATTR { return GeluTanh(x); });
    case UnaryKind::kScale:
      return map([&](int c, Vec x) HWY_ATTR { return hn::Mul(x, hn::Set(d, t.a[c])); });
    case UnaryKind::kClamp:
      return map([&](int c, Vec x) HWY_ATTR {
        return hn::Min(hn::Max(x, hn::Set(d, t.a[c])), hn::Set(d, t.b[c]));
      });
    case UnaryKind::kScaleShift:
      return map([&](int c, Vec x)
                     HWY_ATTR { return hn::MulAdd(x, hn::Set(d, t.a[c]), hn::Set(d, t.b[c])); });
  }
}

void RunBinary(const BinaryTask& t, int begin, int end) {
  switch (t.kind) {
    case BinaryKind::kAdd:
      return ZipRows(t, begin, end, [](Vec a, Vec b) HWY_ATTR { return hn::Add(a, b); });
    case BinaryKind::kMultiply:
      return ZipRows(t, begin, end, [](Vec a, Vec b) HWY_ATTR { return hn::Mul(a, b); });
    case BinaryKind::kGate:
      return ZipRows(t, begin, end,
                     [](Vec a, Vec b) HWY_ATTR { return hn::Mul(a, LogisticSigmoid(b)); });
  }
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(RunUnary);
WINNOW_EXPORT(RunBinary);
}  // namespace

ElementwiseKernels GetElementwiseKernels(Isa isa) {
  return {WINNOW_DISPATCH(RunUnary, isa), WINNOW_DISPATCH(RunBinary, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
