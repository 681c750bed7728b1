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

void Bilinear(const BilinearTask& t, int begin, int end) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  AlignedVector<float> row(static_cast<std::size_t>(t.in.span) * kLanes);
  for (int y = begin; y < end; ++y) {
    const BilinearSource source = SourceOf(y, t.in.height, t.out.height);
    const Vec down = hn::Set(d, source.weight);
    for (int c = 0; c < t.out.channels; ++c) {
      const float* const upper = t.in.At(source.first, c, 0);
      const float* const lower = t.in.At(source.second, c, 0);
      for (int k = 0; k < t.in.span * kLanes; k += kLanes) {
        hn::Store(Lerp(hn::Load(d, upper + k), hn::Load(d, lower + k), down), d, row.data() + k);
      }
      float* const out = t.out.At(y, c, 0);
      for (int k = 0; k < t.out.span * kLanes; k += kLanes) {
        const Vec left = hn::GatherIndex(d, row.data(), hn::Load(di, t.left.data() + k));
        const Vec right = hn::GatherIndex(d, row.data(), hn::Load(di, t.right.data() + k));
        const Vec v = Lerp(left, right, hn::Load(d, t.weight.data() + k));
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
HWY_EXPORT(Bilinear);
}  // namespace

BilinearTask MakeBilinearTask(const LaneTensor& in, const LaneTensor& out) {
  BilinearTask task = {in, out, {}, {}, {}};
  const std::size_t size = static_cast<std::size_t>(out.span) * out.lanes;
  task.left.resize(size);
  task.right.resize(size);
  task.weight.resize(size);
  const auto place = [&](int x) { return x % in.span * in.lanes + x / in.span; };
  for (int x = 0; x < out.width; ++x) {
    const BilinearSource source = SourceOf(x, in.width, out.width);
    const int at = x % out.span * out.lanes + x / out.span;
    task.left[at] = place(source.first);
    task.right[at] = place(source.second);
    task.weight[at] = source.weight;
  }
  return task;
}

BilinearFn GetBilinearKernel(Isa isa) { return WINNOW_DISPATCH(Bilinear, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
