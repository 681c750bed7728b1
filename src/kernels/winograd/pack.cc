#include "kernels/winograd/pack.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace winnow {
namespace {

using Window = std::array<std::array<double, kWinogradWindow>, kWinogradWindow>;

// Interpolation at 0, +-sqrt(1/2), +-sqrt(2) and infinity: row i holds 1, p, p^2 of its point,
// divided by the product of its distances from the other finite points.
const double kRoot = std::sqrt(2.0);
const double kG[kWinogradWindow][3] = {
    {1, 0, 0},
    {-2.0 / 3, -kRoot / 3, -1.0 / 3},
    {-2.0 / 3, kRoot / 3, -1.0 / 3},
    {1.0 / 6, kRoot / 6, 1.0 / 3},
    {1.0 / 6, -kRoot / 6, 1.0 / 3},
    {0, 0, 1},
};

// G w G^T.
Window Transformed(const float* w) {
  double rows[kWinogradWindow][3] = {};
  for (int i = 0; i < kWinogradWindow; ++i) {
    for (int x = 0; x < 3; ++x) {
      for (int y = 0; y < 3; ++y) rows[i][x] += kG[i][y] * w[y * 3 + x];
    }
  }
  Window u = {};
  for (int i = 0; i < kWinogradWindow; ++i) {
    for (int j = 0; j < kWinogradWindow; ++j) {
      for (int x = 0; x < 3; ++x) u[i][j] += rows[i][x] * kG[j][x];
    }
  }
  return u;
}

}  // namespace

WinogradPack PackWinograd(const Tensor& weight, int group) {
  WinogradPack pack;
  pack.outputs = static_cast<int>(weight.dim(0));
  pack.channels = static_cast<int>(weight.dim(1));
  pack.group = group;
  const std::size_t groups = (pack.outputs + group - 1) / group;
  const std::size_t frequency_size = static_cast<std::size_t>(pack.channels) * group;
  pack.weights.resize(groups * kWinogradFrequencies * frequency_size);

  const int slice_groups = kWinogradSlice / group;
  for (int k = 0; k < pack.outputs; ++k) {
    const int g = k / group;
    const int first = g / slice_groups * slice_groups;  // group of the slice
    const int in_slice = std::min<int>(slice_groups, static_cast<int>(groups) - first);
    float* const slice = pack.weights.data() + first * kWinogradFrequencies * frequency_size;
    for (int c = 0; c < pack.channels; ++c) {
      const Window u = Transformed(&weight.data[(std::size_t{1} * k * pack.channels + c) * 9]);
      for (int f = 0; f < kWinogradFrequencies; ++f) {
        float* const at = slice + (f * in_slice + g - first) * frequency_size + c * group;
        at[k % group] = static_cast<float>(u[f / kWinogradWindow][f % kWinogradWindow]);
      }
    }
  }
  return pack;
}

}  // namespace winnow
