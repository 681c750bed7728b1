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

// Index into a table made by HWY_EXPORT; a build for one target has tables of one entry.
inline std::size_t DispatchIndex(Isa isa, std::size_t table_size) {
  if (table_size == 1) return 0;
  hwy::ChosenTarget chosen;
  chosen.Update(HwyTarget(isa));
  return chosen.GetIndex();
}

}  // namespace winnow

// The version for `isa` of a function named in HWY_EXPORT.
#define WINNOW_DISPATCH(FUNCTION, isa) \
  HWY_DISPATCH_TABLE(FUNCTION)         \
  [::winnow::DispatchIndex(isa, std::size(HWY_DISPATCH_TABLE(FUNCTION)))]
