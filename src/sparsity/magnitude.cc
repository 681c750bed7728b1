#include "sparsity/magnitude.h"

#include <cmath>

namespace winnow {

std::vector<double> MagnitudeLoss(std::span<const float> weight,
                                  std::span<const std::uint8_t> ranks, int m) {
  std::vector<double> loss(m + 1, 0.0);
  for (std::size_t i = 0; i < weight.size(); ++i) {
    loss[ranks[i]] += std::abs(static_cast<double>(weight[i]));
  }
  for (int n = m - 1; n >= 0; --n) loss[n] += loss[n + 1];
  if (const double all = loss[0]; all > 0) {
    for (double& value : loss) value /= all;
  }
  return loss;
}

}  // namespace winnow
