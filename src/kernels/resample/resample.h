// Changes of resolution that stay inside a lane: the span of the result is `factor` times the
// input's.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// out[c][y*r+i][x*r+j] = in[k][y][x] with k = c*r*r + i*r + j, or (i*r + j) * out.channels + c when
// `channel_last` (TensorFlow's order).
struct ShuffleTask {
  LaneTensor in;
  LaneTensor out;
  int factor = 1;
  bool channel_last = false;
};

// Half-pixel centres: source = (i + 0.5) / factor - 0.5, clamped to the picture; nearest takes i /
// factor. Bilinear reads one halo vector of `in`.
struct UpsampleTask {
  LaneTensor in;
  LaneTensor out;
  int factor = 1;
  bool bilinear = false;
};

// Both handle the rows [begin, end) of the *input* and what becomes of them; all but bilinear
// enlargement takes lanes of either element.
struct ResampleKernels {
  void (*shuffle)(const ShuffleTask& task, int begin, int end);
  void (*upsample)(const UpsampleTask& task, int begin, int end);
};

ResampleKernels GetResampleKernels(Isa isa);

}  // namespace winnow
