#include "kernels/resample/bilinear.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resample/bilinear.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"
#include "kernels/resample/source.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

HWY_INLINE Vec Lerp(Vec a, Vec b, Vec weight) { return hn::MulAdd(weight, hn::Sub(b, a), a); }

}  // namespace

void BilinearColumns(const BilinearTask& t, int begin, int end) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.in.channels; ++c) {
      const float* const in = t.in.At(y, c, 0);
      float* const wide = t.wide.At(y, c, 0);
      for (int k = 0; k < t.wide.span * kLanes; k += kLanes) {
        const Vec left = hn::GatherIndex(d, in, hn::Load(di, t.left.data() + k));
        const Vec right = hn::GatherIndex(d, in, hn::Load(di, t.right.data() + k));
        hn::Store(Lerp(left, right, hn::Load(d, t.weight.data() + k)), d, wide + k);
      }
    }
  }
}

void BilinearRows(const BilinearTask& t, int begin, int end) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    const BilinearSource source = SourceOf(y, t.in.height, t.out.height);
    const Vec down = hn::Set(d, source.weight);
    for (int c = 0; c < t.out.channels; ++c) {
      const float* const upper = t.wide.At(source.first, c, 0);
      const float* const lower = t.wide.At(source.second, c, 0);
      float* const out = t.out.At(y, c, 0);
      for (int k = 0; k < t.out.span * kLanes; k += kLanes) {
        const Vec v = Lerp(hn::Load(d, upper + k), hn::Load(d, lower + k), down);
        hn::Store(Masked(v, t.out.mask + k), d, out + k);
      }
    }
  }
  FinishRows(t.out, begin, end);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(BilinearColumns);
WINNOW_EXPORT(BilinearRows);
}  // namespace

BilinearTask::BilinearTask(const LaneTensor& in, const LaneTensor& out) : in(in), out(out) {
  const LaneShape shape = {out.channels, in.height, out.width, out.span, out.lanes, 0, 0};
  memory.resize(LaneSize(shape));
  wide = MakeLaneTensor(shape, memory.data(), out.mask);
  const std::size_t size = static_cast<std::size_t>(out.span) * out.lanes;
  left.resize(size);
  right.resize(size);
  weight.resize(size);
  const auto place = [&](int x) { return x % in.span * in.lanes + x / in.span; };
  for (int x = 0; x < out.width; ++x) {
    const BilinearSource source = SourceOf(x, in.width, out.width);
    const int at = x % out.span * out.lanes + x / out.span;
    left[at] = place(source.first);
    right[at] = place(source.second);
    weight[at] = source.weight;
  }
}

BilinearKernels GetBilinearKernels(Isa isa) {
  return {WINNOW_DISPATCH(BilinearColumns, isa), WINNOW_DISPATCH(BilinearRows, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
