// The end of every kernel that writes a LaneTensor of either element, for those that are not
// compiled once a target.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// A function to be called once the vectors [0, span) of rows [begin, end) are written: makes their
// halo, and the border rows next to the first and the last row.
using FinishRowsFn = void (*)(const LaneTensor& t, int begin, int end);
FinishRowsFn GetFinishRows(Isa isa);

}  // namespace winnow
