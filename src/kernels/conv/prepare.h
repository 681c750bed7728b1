// From a list of taps to a task that a kernel can run.
#pragma once

#include "kernels/conv/conv.h"
#include "kernels/conv/jit/code_memory.h"

namespace winnow {

// All kernels of a target that can do these taps on tensors of `element`.
std::vector<ConvKernel> ConvKernelsFor(Isa isa, const TapList& taps,
                                       Element element = Element::kFloat);

// Gives `task`, which has all but pack and code, what `kernel` needs: taps packed in blocks of
// `block` input channels, and code where it runs such, which goes to `memory`. Errors:
// kOutOfBudget.
void PrepareConv(const ConvKernel& kernel, const TapList& taps, int block, CodeMemory& memory,
                 ConvTask& task);

}  // namespace winnow
