#include "training/at_tensor.h"

#include <algorithm>

#include "base/error.h"

namespace winnow {

at::Tensor ToAten(const Tensor& tensor, at::Device device) {
  at::Tensor result = at::empty(tensor.shape, at::kFloat);
  std::copy(tensor.data.begin(), tensor.data.end(), result.data_ptr<float>());
  return result.to(device);
}

std::vector<at::Tensor> ToAten(const std::vector<Tensor>& tensors, at::Device device) {
  std::vector<at::Tensor> result;
  for (const Tensor& tensor : tensors) result.push_back(ToAten(tensor, device));
  return result;
}

Tensor FromAten(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  Tensor result(Shape(plain.sizes().begin(), plain.sizes().end()));
  std::copy_n(plain.data_ptr<float>(), plain.numel(), result.data.begin());
  return result;
}

std::vector<Tensor> FromAten(const std::vector<at::Tensor>& tensors) {
  std::vector<Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(FromAten(tensor));
  return result;
}

at::Device ParseDevice(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  if (name != "cuda") {
    throw Error(ErrorKind::kInvalidArgument, "unknown device '" + name + "'; use cpu or cuda");
  }
  if (!at::hasCUDA()) {
    throw Error(ErrorKind::kUnsupported,
                "this machine has no CUDA device, or libtorch is built without; use cpu");
  }
  return at::kCUDA;
}

}  // namespace winnow
