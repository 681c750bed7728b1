#include "kernels/elementwise/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/elementwise.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/contrib/math/math-inl.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// out = f(channel, in) for rows [begin, end).
template <typename F>
HWY_INLINE void MapRows(const LaneTensor& in, const LaneTensor& out, int begin, int end, F f) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < out.channels; ++c) {
      const float* x = in.At(y, c, 0);
      float* to = out.At(y, c, 0);
      for (int k = 0; k < out.span * kLanes; k += kLanes) {
        hn::Store(Masked(f(c, hn::Load(d, x + k)), out.mask + k), d, to + k);
      }
    }
  }
  FinishRows(out, begin, end);
}

HWY_INLINE Vec LogisticSigmoid(Vec x) {
  const FloatTag d;
  // The bound keeps exp finite; beyond it the result is below every normal float.
  const Vec e = hn::Exp(d, hn::Min(hn::Neg(x), hn::Set(d, 88.0f)));
  return hn::Div(hn::Set(d, 1.0f), hn::Add(hn::Set(d, 1.0f), e));
}

template <typename F>
HWY_INLINE void ZipRows(const BinaryTask& t, int begin, int end, F f) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.out.channels; ++c) {
      const float* a = t.x.At(y, c, 0);
      float* to = t.out.At(y, c, 0);
      if (t.broadcast) {
        const Vec b = hn::Set(d, *t.y.At(0, c, 0));
        for (int k = 0; k < t.out.span * kLanes; k += kLanes) {
          hn::Store(Masked(f(hn::Load(d, a + k), b), t.out.mask + k), d, to + k);
        }
      } else {
        const float* b = t.y.At(y, c, 0);
        for (int k = 0; k < t.out.span * kLanes; k += kLanes) {
          hn::Store(Masked(f(hn::Load(d, a + k), hn::Load(d, b + k)), t.out.mask + k), d, to + k);
        }
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
HWY_EXPORT(RunUnary);
HWY_EXPORT(RunBinary);
}  // namespace

ElementwiseKernels GetElementwiseKernels(Isa isa) {
  return {WINNOW_DISPATCH(RunUnary, isa), WINNOW_DISPATCH(RunBinary, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
