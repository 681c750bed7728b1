// The one place that decides which kernel does a convolution.
#pragma once

#include <vector>

#include "kernels/conv/conv.h"

namespace winnow {

struct ConvChoice {
  ConvKernel kernel;
  int block = 1;      // input channels a block
  double cycles = 0;  // estimate for one vector of places
};

// The cheapest of `kernels` by a simple model: the multiply-adds it makes, times what it pays to
// fetch their operands. `reach` and `in` tell how much a tile touches. Does not depend on what is
// left of the plane, only on strides.
ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in);

}  // namespace winnow
