// Dense 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3): a tile of 4 x 4 results of one
// output channel takes 36 multiply-adds an input channel instead of 144. After A. Lavin and S.
// Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016), with the points 0,
// +-sqrt(1/2), +-sqrt(2) and infinity, whose rounding errors are several times smaller than those
// of 0, +-1, +-2.
//
// In the lane-strided layout a tile is 4 rows of 4 vectors, and every lane a tile of the picture:
// all transforms are arithmetic on whole vectors.
//
// Results are near those of kernels/conv/conv.h, but not the same: how a pixel is rounded depends
// on its place in the tile. For an exact result y = sum of w * x over n = 9 * channels terms, the
// computed one is off by at most
//   gamma(channels + 24) * |A|^T (sum over channels of |G| |w| |G|^T * |B|^T |x| |B|) |A|,
// where gamma(n) = n u / (1 - n u), u = 2^-24. Measured on standard normal x and w, 64 channels, in
// units of the results' root mean square: 8e-7 on average (4e-7 for a chain of multiply-adds) and
// 6e-6 at worst in 48,000 (5e-6).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "kernels/conv/conv.h"
#include "kernels/winograd/pack.h"
#include "kernels/winograd/scratch.h"

namespace winnow {

// `conv` without taps: in_step is 1, `pack` and `code` are empty; the place (y, j) is the middle of
// the 3 x 3 window, and `in` has the height and span of the places, a halo and a border of at least
// 1. Nothing is read beyond those.
struct WinogradTask {
  ConvTask conv;
  WinogradPack weights;  // outputs as in conv.outputs
  std::shared_ptr<ScratchPool> scratch;
};

struct WinogradKernel {
  std::string_view name;
  int group = 0;  // WinogradPack::group must equal this
  // Does the rows [begin, end) of places, where begin is a multiple of kWinogradTile and end is one
  // or the last row, and leaves out's halo and border valid. Takes one buffer of scratch.
  void (*run)(const WinogradTask& task, int begin, int end) = nullptr;
  // Per multiply-add of the transformed convolution, input and result of a place, until measured.
  ConvCost cost;
};

WinogradKernel WinogradKernelFor(Isa isa);

// Whether Winograd's algorithm can do a convolution; `task` gives the tensors and the steps.
bool FitsWinograd(const ConvShape& shape, const ConvTask& task);

// Multiply-adds of the transformed convolution for one vector of places.
double WinogradMacs(const WinogradKernel& kernel, int channels, int outputs);

// Makes the task of `conv` for WinogradKernelFor(isa), and room for it in `scratch`.
WinogradTask MakeWinograd(Isa isa, const ConvTask& conv, const Tensor& weight,
                          std::shared_ptr<ScratchPool> scratch);

// What `run` needs of scratch, in floats.
std::size_t WinogradScratch(Isa isa, int channels);

}  // namespace winnow
