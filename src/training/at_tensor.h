// Values between our tensors and libtorch's.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

// A copy, float32, contiguous.
at::Tensor ToAten(const Tensor& tensor, at::Device device = at::kCPU);
std::vector<at::Tensor> ToAten(const std::vector<Tensor>& tensors, at::Device device = at::kCPU);
// A copy of any tensor, whatever its type, device and memory order.
Tensor FromAten(const at::Tensor& tensor);
std::vector<Tensor> FromAten(const std::vector<at::Tensor>& tensors);

// "cpu" or "cuda". Errors: kInvalidArgument (another name), kUnsupported (no such device).
at::Device ParseDevice(const std::string& name);

}  // namespace winnow
