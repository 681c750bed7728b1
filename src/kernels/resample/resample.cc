#include "kernels/resample/resample.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resample/resample.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Where an output phase b of 0..factor-1 looks: between the pixels base and base + 1 next to the
// source pixel, at `weight` of the way.
struct Phase {
  int base;  // -1 or 0
  float weight;
};

Phase PhaseOf(int b, int factor) {
  const int numerator =
      2 * b + 1 - factor;  // offset from the source pixel, in units of 1 / (2 * factor)
  const int base = numerator < 0 ? -1 : 0;
  return {base, static_cast<float>(numerator - base * 2 * factor) / (2 * factor)};
}

HWY_INLINE Vec Lerp(Vec a, Vec b, Vec weight) { return hn::MulAdd(weight, hn::Sub(b, a), a); }

// A row of the input seen through two rows and the weight between them.
struct RowPair {
  const float* upper;
  const float* lower;
  Vec weight;
};

HWY_INLINE Vec Between(const RowPair& rows, std::int64_t offset) {
  const FloatTag d;
  return Lerp(hn::Load(d, rows.upper + offset), hn::Load(d, rows.lower + offset), rows.weight);
}

// Vector j + side (side -1 or 1) of the interpolated row, with the edge pixel repeated outside the
// picture.
HWY_INLINE Vec Neighbour(const LaneTensor& in, const RowPair& rows, int j, int side, Vec centre) {
  const FloatTag d;
  const Vec v = Between(rows, static_cast<std::int64_t>(j + side) * kLanes);
  const int last = in.width - 1;
  if (side < 0 && j == 0) return hn::IfThenElse(hn::FirstN(d, 1), centre, v);
  if (side > 0 && j == last % in.span) {
    const int lane = last / in.span;
    const auto before = hn::FirstN(d, lane);
    const auto upto = hn::FirstN(d, lane + 1);
    return hn::IfThenElse(before, v, hn::IfThenElse(upto, centre, v));
  }
  return v;
}

HWY_INLINE void BilinearRow(const UpsampleTask& t, const RowPair& rows, float* out) {
  const FloatTag d;
  const int r = t.factor;
  for (int j = 0; j < t.in.span; ++j) {
    const Vec centre = Between(rows, static_cast<std::int64_t>(j) * kLanes);
    const Vec left = Neighbour(t.in, rows, j, -1, centre);
    const Vec right = Neighbour(t.in, rows, j, 1, centre);
    for (int b = 0; b < r; ++b) {
      const Phase p = PhaseOf(b, r);
      const Vec weight = hn::Set(d, p.weight);
      const Vec v = p.base < 0 ? Lerp(left, centre, weight) : Lerp(centre, right, weight);
      const int k = (j * r + b) * kLanes;
      hn::Store(Masked(v, t.out.mask + k), d, out + k);
    }
  }
}

HWY_INLINE void NearestRow(const UpsampleTask& t, const float* in, float* out) {
  const FloatTag d;
  for (int j = 0; j < t.in.span; ++j) {
    const Vec v = hn::Load(d, in + j * kLanes);
    for (int b = 0; b < t.factor; ++b) hn::Store(v, d, out + (j * t.factor + b) * kLanes);
  }
}

}  // namespace

void Upsample(const UpsampleTask& t, int begin, int end) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    for (int b = 0; b < t.factor; ++b) {
      const Phase p = PhaseOf(b, t.factor);
      const int upper = std::max(y + p.base, 0);
      const int lower = std::min(y + p.base + 1, t.in.height - 1);
      for (int c = 0; c < t.in.channels; ++c) {
        float* out = t.out.At(y * t.factor + b, c, 0);
        if (t.bilinear) {
          BilinearRow(t, {t.in.At(upper, c, 0), t.in.At(lower, c, 0), hn::Set(d, p.weight)}, out);
        } else {
          NearestRow(t, t.in.At(y, c, 0), out);
        }
      }
    }
  }
  FinishRows(t.out, begin * t.factor, end * t.factor);
}

void Shuffle(const ShuffleTask& t, int begin, int end) {
  const FloatTag d;
  const int r = t.factor;
  for (int y = begin; y < end; ++y) {
    for (int phase = 0; phase < r * r; ++phase) {
      for (int c = 0; c < t.out.channels; ++c) {
        const int k = t.channel_last ? phase * t.out.channels + c : c * r * r + phase;
        const float* in = t.in.At(y, k, 0);
        float* out = t.out.At(y * r + phase / r, c, phase % r);
        for (int j = 0; j < t.in.span; ++j) {
          hn::Store(hn::Load(d, in + j * kLanes), d, out + j * r * kLanes);
        }
      }
    }
  }
  FinishRows(t.out, begin * r, end * r);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(Shuffle);
WINNOW_EXPORT(Upsample);
}  // namespace

ResampleKernels GetResampleKernels(Isa isa) {
  return {WINNOW_DISPATCH(Shuffle, isa), WINNOW_DISPATCH(Upsample, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
