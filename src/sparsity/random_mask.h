// Weights thinned out at random: as fast as any other mask of the same density, so enough to time
// layers before anybody has decided which weights to keep.
#pragma once

#include "base/random.h"
#include "sparsity/pattern.h"
#include "tensor/tensor.h"

namespace winnow {

// Sets all but KeptInGroup random ones of every pattern.m input channels of `weight` [out, in, kh,
// kw] to zero, for every output channel and kernel cell.
void KeepRandom(const Pattern& pattern, Random& random, Tensor& weight);

}  // namespace winnow
