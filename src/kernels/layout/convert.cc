#include "kernels/layout/convert.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/layout/convert.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

// Pixels that lane i holds: fewer than span in the last lane in use, none beyond it.
static int PixelsOfLane(const LaneTensor& t, int i) {
  return std::clamp(t.width - i * t.span, 0, t.span);
}

void ToLanes(const float* planar, const LaneTensor& t, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      const float* row = planar + (static_cast<std::int64_t>(c) * t.height + y) * t.width;
      float* vectors = t.At(y, c, 0);
      for (int i = 0; i < kLanes; ++i) {
        const int count = PixelsOfLane(t, i);
        const float* from = row + i * t.span;
        for (int j = 0; j < count; ++j) vectors[j * kLanes + i] = from[j];
        for (int j = count; j < t.span; ++j) vectors[j * kLanes + i] = 0;
      }
    }
  }
  FinishRows(t, begin, end);
}

void ToPlanar(const LaneTensor& t, float* planar, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      float* row = planar + (static_cast<std::int64_t>(c) * t.height + y) * t.width;
      const float* vectors = t.At(y, c, 0);
      for (int i = 0; i < kLanes; ++i) {
        const int count = PixelsOfLane(t, i);
        float* to = row + i * t.span;
        for (int j = 0; j < count; ++j) to[j] = vectors[j * kLanes + i];
      }
    }
  }
}

void Copy(const LaneTensor& in, const LaneTensor& out, int offset, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < in.channels; ++c) {
      std::memcpy(out.At(y + offset, c, 0), in.At(y, c, 0), sizeof(float) * kLanes * in.span);
    }
  }
  FinishRows(out, begin + offset, end + offset);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
HWY_EXPORT(ToLanes);
HWY_EXPORT(ToPlanar);
HWY_EXPORT(Copy);
}  // namespace

ConvertKernels GetConvertKernels(Isa isa) {
  return {WINNOW_DISPATCH(ToLanes, isa), WINNOW_DISPATCH(ToPlanar, isa),
          WINNOW_DISPATCH(Copy, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
