// Vectors of half-precision lanes (kernels/lanes.h) as pairs of vectors of floats. Included once a
// target; halves are used where there is code to multiply them, with AVX-512.
#if defined(WINNOW_KERNELS_HALVES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WINNOW_KERNELS_HALVES_INL_H_
#undef WINNOW_KERNELS_HALVES_INL_H_
#else
#define WINNOW_KERNELS_HALVES_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// The lanes of a vector of halves: lane i of `even` is its lane 2 * i, that of `odd` 2 * i + 1.
struct HalfPair {
  Vec even;
  Vec odd;
};

HWY_INLINE HalfPair LoadHalves(const float* words) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const hn::Rebind<std::uint16_t, FloatTag> du16;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const auto both = hn::BitCast(du, hn::Load(d, words));
  const auto widen = [&](auto lower) HWY_ATTR { return hn::PromoteTo(d, hn::BitCast(dh, lower)); };
  return {widen(hn::TruncateTo(du16, both)), widen(hn::TruncateTo(du16, hn::ShiftRight<16>(both)))};
}

// The words of a vector of halves, rounded to nearest, ties to even.
HWY_INLINE Vec PackHalves(const HalfPair& v) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const hn::Rebind<std::uint16_t, FloatTag> du16;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const auto narrow = [&](Vec x) HWY_ATTR {
    return hn::PromoteTo(du, hn::BitCast(du16, hn::DemoteTo(dh, x)));
  };
  return hn::BitCast(d, hn::Or(narrow(v.even), hn::ShiftLeft<16>(narrow(v.odd))));
}

HWY_INLINE void StoreHalves(const HalfPair& v, float* words) {
  hn::Store(PackHalves(v), FloatTag(), words);
}
// With the lanes past the right edge zeroed.
HWY_INLINE void StoreHalves(const HalfPair& v, const std::uint32_t* mask, float* words) {
  hn::Store(Masked(PackHalves(v), mask), FloatTag(), words);
}

}  // namespace
}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
