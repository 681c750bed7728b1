// Weights of a 3x3 convolution in Winograd's domain.
#pragma once

#include "base/aligned.h"
#include "tensor/tensor.h"

namespace winnow {

inline constexpr int kWinogradTile = 4;    // results of a tile are 4 x 4
inline constexpr int kWinogradWindow = 6;  // made of 6 x 6 inputs
inline constexpr int kWinogradFrequencies = kWinogradWindow * kWinogradWindow;
// Outputs whose products are in the cache together, before they are transformed back.
inline constexpr int kWinogradSlice = 32;

// U[k][c] = G w[k][c] G^T, 6 x 6 numbers f for output k and input channel c. Outputs are cut into
// slices of kWinogradSlice and these into groups of `group`, the last ones perhaps short:
//   weights[slice][f][group of the slice][c][output of the group],
// zeros for outputs that fill up the last group.
struct WinogradPack {
  int outputs = 0;
  int channels = 0;
  int group = 1;
  AlignedVector<float> weights;
};

// `weight` is [outputs, channels, 3, 3].
WinogradPack PackWinograd(const Tensor& weight, int group);

}  // namespace winnow
