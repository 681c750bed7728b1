// One value a channel over the whole plane.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// `out` is 1 x 1. The mean, or the population standard deviation.
struct GlobalPoolTask {
  LaneTensor in;
  LaneTensor out;
  bool deviation = false;
};

// Handles the channels [begin, end). Rows are summed in single, the row sums in double precision.
// Allocates a few numbers a channel.
using GlobalPoolFn = void (*)(const GlobalPoolTask& task, int begin, int end);
GlobalPoolFn GetGlobalPoolKernel(Isa isa);

}  // namespace winnow
