// Normalisation of each pixel over its channels.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// out[c] = weight[c] * (in[c] - mean) / sqrt(variance + epsilon) + bias[c]. `in` and `out` agree in
// channels, height, width and span, and may be the same.
struct LayerNormTask {
  LaneTensor in;
  LaneTensor out;
  const float* weight = nullptr;
  const float* bias = nullptr;
  float epsilon = 0;
};

// Writes the rows [begin, end) of `out` and leaves its halo and border valid. Sums are taken in
// single precision, the variance of what is left once the mean is taken away.
using LayerNormFn = void (*)(const LayerNormTask& task, int begin, int end);
LayerNormFn GetLayerNormKernel(Isa isa);

}  // namespace winnow
