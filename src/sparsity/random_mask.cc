#include "sparsity/random_mask.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace winnow {

void KeepRandom(const Pattern& pattern, Random& random, Tensor& weight) {
  const std::int64_t channels = weight.dim(1);
  const std::int64_t area = weight.dim(2) * weight.dim(3);
  std::vector<std::int64_t> group;
  for (std::int64_t i = 0; i < weight.dim(0) * area; ++i) {
    float* const cell = weight.data.data() + i / area * channels * area + i % area;
    for (std::int64_t first = 0; first < channels; first += pattern.m) {
      group.resize(std::min<std::int64_t>(pattern.m, channels - first));
      std::iota(group.begin(), group.end(), first);
      const std::size_t dropped =
          group.size() - KeptInGroup(pattern, static_cast<int>(group.size()));
      for (std::size_t k = 0; k < dropped; ++k) {
        std::swap(group[k], group[k + random.Below(group.size() - k)]);
        cell[group[k] * area] = 0;
      }
    }
  }
}

}  // namespace winnow
