// Maxima and means over square windows.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// The window of (y, x) is kernel x kernel pixels from (y * stride - top, x * stride - left). Of a
// maximum the pixels inside the picture count, and if there are none the result is zero; a mean
// counts those outside as zeros. The spans of `in` and `out` are independent.
struct WindowPoolTask {
  LaneTensor in;
  LaneTensor out;
  bool mean = false;
  int kernel = 1;
  int stride = 1;
  int top = 0;
  int left = 0;
};

// Makes the rows [begin, end) of `out` and leaves its halo and border valid. Allocates two rows of
// a channel.
using WindowPoolFn = void (*)(const WindowPoolTask& task, int begin, int end);
WindowPoolFn GetWindowPoolKernel(Isa isa);

}  // namespace winnow
