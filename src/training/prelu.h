// PReLU with a quick gradient.
#pragma once

#include <ATen/ATen.h>

namespace winnow {

// at::prelu of x [n, c, h, w] with slopes [c] or [1], which are taken in x's type. Its own gradient
// costs as much as a convolution in some versions of libtorch (it leaves the vector units idle);
// this one is a few elementwise passes.
at::Tensor PReluForward(const at::Tensor& x, const at::Tensor& slopes);

}  // namespace winnow
