// Dense convolution in bfloat16 by oneDNN, on lane-strided tensors: rows are rounded and reordered
// on the way in, one row of results is made at a time while what it reads is in the cache, and its
// sums, which are float, are finished like those of kernels/conv/conv.h on the way out. Where the
// processor multiplies matrices (AMX), oneDNN makes use of that.
//
// Weights w and inputs x are rounded to 8 significant bits, u = 2^-8 being the most by which a
// product's factor changes; sums of their n products are made in float, in whatever order. For an
// exact result y = sum of w * x the computed one is off by at most
//   (2 u + u^2 + (1 + u)^2 gamma(n)) * sum of |w * x|,  gamma(n) = n v / (1 - n v),  v = 2^-23,
// twice the usual unit because units for bfloat16 may round otherwise than to nearest, and take
// numbers below 2^-126 for zero. Measured on standard normal x and w, 64 channels, 3x3, in units of
// the results' root mean square: 2.4e-3 on average, 1.1e-2 at worst in 48,000.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "kernels/conv/conv.h"
#include "kernels/conv/taps.h"
#include "kernels/dnnl/row_conv.h"
#include "kernels/isa.h"
#include "kernels/winograd/scratch.h"
#include "tensor/tensor.h"

namespace winnow {

// Why there is no bfloat16 for this target here, for people to read; empty where there is.
std::string Bf16Obstacle(Isa isa);

// `conv` without taps: `pack` and `code` are empty. Places, steps and outputs are as for direct
// kernels; `shape` is that of FitsBf16.
struct Bf16Task {
  ConvTask conv;
  ConvShape shape;
  std::shared_ptr<const RowConv> rows;
  std::shared_ptr<ScratchPool> scratch;
};

// Rows that are best done together: what several of them read is rounded once.
inline constexpr int kBf16Rows = 8;

// Whether a convolution can be done so where there is no obstacle.
bool FitsBf16(const ConvShape& shape);

// Makes the task of `conv`, and room for it in `scratch`. Errors: kUnsupported when oneDNN cannot
// do it.
Bf16Task MakeBf16(const ConvTask& conv, const ConvShape& shape, const Tensor& weight,
                  std::shared_ptr<ScratchPool> scratch);

// Does the rows [begin, end) of places and leaves out's halo and border valid. Takes one buffer of
// scratch.
void RunBf16(const Bf16Task& task, int begin, int end);

// For one vector of places: multiply-adds, padding included, and inputs that are rounded and
// reordered. Results are the output channels.
double Bf16Macs(const ConvShape& shape);
double Bf16Inputs(const ConvShape& shape);

// What each costs in multiply-adds in float at the machine's peak, until it is measured.
ConvCost Bf16Cost();

}  // namespace winnow
