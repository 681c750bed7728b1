#include "kernels/finish_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/finish_rows.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

void FinishRowsOf(const LaneTensor& t, int begin, int end) { FinishRows(t, begin, end); }

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(FinishRowsOf);
}  // namespace

FinishRowsFn GetFinishRows(Isa isa) { return WINNOW_DISPATCH(FinishRowsOf, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
