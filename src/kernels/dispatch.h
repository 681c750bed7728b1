// For kernel sources only: one compiled function a target, chosen by Isa instead of by global
// state.
#pragma once

#include <hwy/highway.h>

#include <cstddef>
#include <iterator>

#include "kernels/isa.h"

namespace winnow {

// Highway's bit for `isa`.
std::int64_t HwyTarget(Isa isa);

// Index into a table made by WINNOW_EXPORT; a build for one target has tables of one entry.
inline std::size_t DispatchIndex(Isa isa, std::size_t table_size) {
  if (table_size == 1) return 0;
  hwy::ChosenTarget chosen;
  chosen.Update(HwyTarget(isa));
  return chosen.GetIndex() - 1;  // Highway counts from 1
}

}  // namespace winnow

// A table of the versions of a function, for WINNOW_DISPATCH. HWY_EXPORT's would bring in what
// chooses by global state, and with it libhwy, which takes milliseconds to load: it times the
// clock.
#if (HWY_TARGETS & (HWY_TARGETS - 1)) == 0
#define WINNOW_VERSIONS(FUNCTION) &HWY_STATIC_DISPATCH(FUNCTION)
#else
#define WINNOW_VERSIONS(FUNCTION) HWY_CHOOSE_TARGET_LIST(FUNCTION), HWY_CHOOSE_FALLBACK(FUNCTION)
#endif
#define WINNOW_EXPORT(FUNCTION)                                                         \
  constexpr decltype(&HWY_STATIC_DISPATCH(FUNCTION)) HWY_DISPATCH_TABLE(FUNCTION)[] = { \
      WINNOW_VERSIONS(FUNCTION)}

// The version for `isa` of a function named in WINNOW_EXPORT.
#define WINNOW_DISPATCH(FUNCTION, isa) \
  HWY_DISPATCH_TABLE(FUNCTION)         \
  [::winnow::DispatchIndex(isa, std::size(HWY_DISPATCH_TABLE(FUNCTION)))]
