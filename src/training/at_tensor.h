// Values between our tensors and libtorch's.
#pragma once

#include <ATen/ATen.h>

#include "tensor/tensor.h"

namespace winnow {

// A copy, float32 on the CPU.
at::Tensor ToAten(const Tensor& tensor);
// A copy of any tensor, whatever its type, device and memory order.
Tensor FromAten(const at::Tensor& tensor);

}  // namespace winnow
