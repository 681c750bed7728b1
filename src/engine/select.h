// The one place that decides which kernel does a convolution.
#pragma once

#include <vector>

#include "engine/session.h"
#include "kernels/conv/conv.h"

namespace winnow {

// The choice that the options or, where they leave it open, the environment variable WINNOW_KERNEL
// ("auto", "highway", "generated") make. Errors: kInvalidArgument when that is something else;
// kUnsupported when code is wanted that cannot be generated for `isa` here.
KernelChoice ChooseKernels(KernelChoice options, Isa isa);

// The kernels among which ChooseConv may choose.
std::vector<ConvKernel> AllowedKernels(KernelChoice choice, Isa isa, const TapList& taps);

struct ConvChoice {
  ConvKernel kernel;
  int block = 1;    // input channels a block
  double cost = 0;  // estimate for one vector of places, in multiply-adds at the machine's peak
};

// The cheapest of `kernels` by ConvCost. `reach` and `in` tell how much a tile touches. Does not
// depend on what is left of the plane, only on strides.
ConvChoice ChooseConv(const std::vector<ConvKernel>& kernels, const TapList& taps,
                      const TapReach& reach, const LaneTensor& in);

}  // namespace winnow
