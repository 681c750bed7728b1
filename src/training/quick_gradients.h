// Operators whose gradients libtorch computes slowly, each with a gradient of its own.
#pragma once

#include <ATen/ATen.h>

namespace winnow {

// at::prelu of x [n, c, h, w] with slopes [c] or [1], which are taken in x's type. Its own gradient
// costs as much as a convolution in some versions of libtorch (it leaves the vector units idle);
// this one is a few elementwise passes.
at::Tensor PReluForward(const at::Tensor& x, const at::Tensor& slopes);

// x.narrow(dim, begin, extent) of x [n, c, h, w]. Its own gradient is never channels-last, and what
// an operator before it then reads, two tensors of different layouts, takes ten times as long.
at::Tensor NarrowForward(const at::Tensor& x, int dim, std::int64_t begin, std::int64_t extent);

// The deviation of every plane of x [n, c, h, w] from its mean, [n, c, 1, 1] in x's type, computed
// in float32; the gradient is 0 where a plane is constant. at::std counts element by element.
at::Tensor PlaneDeviation(const at::Tensor& x);

}  // namespace winnow
