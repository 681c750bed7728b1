// Where each weight stands in its group: a mask for every N in one byte a weight.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

// What a last group of g < m channels keeps: as large a share as the others, ceil(n * g / m), or
// min(n, g) weights, as the published code of the method does.
enum class ShortGroups { kProportional, kPublished };

// For a convolution weight [out, in, height, width], as it lies. A group is m consecutive input
// channels of one output channel and tap; a weight's position in it counts the weights of larger
// magnitude, and those of equal magnitude that come first. The rank is the smallest N - 1 at which
// the weight is kept:
//     kept under N:m  <=>  rank < N
// which is the position itself in whole groups and floor(position * m / g) in proportional short
// ones. 1 <= m <= 256.
std::vector<std::uint8_t> Ranks(std::span<const float> weight, const Shape& shape, int m,
                                ShortGroups rule = ShortGroups::kProportional);

// Weights of a layer that have a rank below n, for n = 0..m: what N:m really keeps.
std::vector<std::int64_t> KeptCounts(const Shape& shape, int m,
                                     ShortGroups rule = ShortGroups::kProportional);

// Sets the weights whose rank is n or more to zero.
void ApplyMask(std::span<const std::uint8_t> ranks, int n, std::span<float> weight);

}  // namespace winnow
