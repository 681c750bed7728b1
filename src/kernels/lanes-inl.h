// Shared by the kernels of every target: activations, masks, halo. Included once a target.
#if defined(WINNOW_KERNELS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WINNOW_KERNELS_LANES_INL_H_
#undef WINNOW_KERNELS_LANES_INL_H_
#else
#define WINNOW_KERNELS_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "kernels/activation.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using FloatTag = hn::ScalableTag<float>;
using Vec = hn::Vec<FloatTag>;
constexpr int kLanes = hn::MaxLanes(FloatTag());

HWY_INLINE Vec Activate(ActivationKind kind, Vec v, float slope) {
  const FloatTag d;
  switch (kind) {
    case ActivationKind::kNone:
      return v;
    case ActivationKind::kRelu:
      return hn::Max(v, hn::Zero(d));
    case ActivationKind::kSlope:
      return hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, hn::Set(d, slope)), v);
  }
  return v;
}

// v with the lanes past the right edge zeroed; `mask` is that of the vector.
HWY_INLINE Vec Masked(Vec v, const std::uint32_t* mask) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  return hn::BitCast(d, hn::And(hn::BitCast(du, v), hn::Load(du, mask)));
}

// The first or last `count` lanes of a vector at `p + shift` or `p - shift`, zeros elsewhere. A
// vector shifted by lanes is an unaligned load; what it reads of the neighbouring vector is
// dropped.
template <class D>
HWY_INLINE hn::Vec<D> LanesFromBelow(D d, const hn::TFromD<D>* p, int shift) {
  if (shift >= static_cast<int>(hn::MaxLanes(d))) return hn::Zero(d);
  return hn::IfThenZeroElse(hn::FirstN(d, shift), hn::LoadU(d, p - shift));
}
template <class D>
HWY_INLINE hn::Vec<D> LanesFromAbove(D d, const hn::TFromD<D>* p, int shift) {
  const int lanes = hn::MaxLanes(d);
  if (shift >= lanes) return hn::Zero(d);
  return hn::IfThenElseZero(hn::FirstN(d, lanes - shift), hn::LoadU(d, p + shift));
}

// The indices for TableLookupLanes that turn a vector by `shift` lanes.
HWY_INLINE auto TurnBy(int shift) {
  HWY_ALIGN std::int32_t lanes[kLanes];
  for (int i = 0; i < kLanes; ++i) lanes[i] = (i + kLanes + shift) % kLanes;
  return hn::SetTableIndices(FloatTag(), lanes);
}

// Writes a halo of one vector, the most common one, without loads that straddle cache lines. Lanes
// of halves move within their words, and from the words beside.
template <Element kElement>
HWY_INLINE void WriteNarrowHalo(const LaneTensor& t, int y) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const auto up = TurnBy(-1), down = TurnBy(1);
  const auto first = hn::FirstN(d, 1), all_but_last = hn::FirstN(d, kLanes - 1);
  const auto with = [&](auto own, auto beside)
                        HWY_ATTR { return hn::BitCast(d, hn::Or(own, beside)); };
  const std::int64_t last = static_cast<std::int64_t>(t.span - 1) * kLanes;
  float* row = t.At(y, 0, 0);
  for (int c = 0; c < t.channels; ++c, row += t.channel_stride) {
    const Vec end = hn::Load(d, row + last);
    const Vec begin = hn::Load(d, row);
    Vec below = hn::IfThenZeroElse(first, hn::TableLookupLanes(end, up));
    Vec above = hn::IfThenElseZero(all_but_last, hn::TableLookupLanes(begin, down));
    if constexpr (kElement == Element::kHalf) {
      below =
          with(hn::ShiftLeft<16>(hn::BitCast(du, end)), hn::ShiftRight<16>(hn::BitCast(du, below)));
      above = with(hn::ShiftRight<16>(hn::BitCast(du, begin)),
                   hn::ShiftLeft<16>(hn::BitCast(du, above)));
    }
    hn::Store(below, d, row - kLanes);
    hn::Store(above, d, row + last + kLanes);
  }
}

// A halo of any width, of lanes as `d` has them.
template <class D>
HWY_INLINE void WriteWideHalo(D d, const LaneTensor& t, int y) {
  const auto at = [&](int c, int j) { return reinterpret_cast<hn::TFromD<D>*>(t.At(y, c, j)); };
  for (int h = 1; h <= t.halo; ++h) {
    const int below = (h + t.span - 1) / t.span;  // lanes that vector -h lies below the row's own
    const int above = 1 + (h - 1) / t.span;       // the same for vector span + h - 1
    for (int c = 0; c < t.channels; ++c) {
      hn::Store(LanesFromBelow(d, at(c, below * t.span - h), below), d, at(c, -h));
      hn::Store(LanesFromAbove(d, at(c, (h - 1) % t.span), above), d, at(c, t.span + h - 1));
    }
  }
}

// Writes the halo of row y from its vectors [0, span).
inline void WriteHalo(const LaneTensor& t, int y) {
  if (t.element == Element::kHalf) {
    t.halo == 1 ? WriteNarrowHalo<Element::kHalf>(t, y)
                : WriteWideHalo(hn::ScalableTag<std::uint16_t>(), t, y);
  } else {
    t.halo == 1 ? WriteNarrowHalo<Element::kFloat>(t, y) : WriteWideHalo(FloatTag(), t, y);
  }
}

inline void ClearRow(const LaneTensor& t, int y) {
  std::memset(t.At(y, 0, -t.halo), 0, sizeof(float) * t.channels * t.channel_stride);
}

// To be called once the vectors [0, span) of rows [begin, end) are written: makes their halo, and
// the border rows next to the first and the last row.
inline void FinishRows(const LaneTensor& t, int begin, int end) {
  for (int y = begin; y < end; ++y) WriteHalo(t, y);
  for (int b = 1; b <= t.border; ++b) {
    if (begin == 0) ClearRow(t, -b);
    if (end == t.height) ClearRow(t, t.height + b - 1);
  }
}

}  // namespace
}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
