#include "training/at_tensor.h"

#include <algorithm>

namespace winnow {

at::Tensor ToAten(const Tensor& tensor) {
  at::Tensor result = at::empty(tensor.shape, at::kFloat);
  std::copy(tensor.data.begin(), tensor.data.end(), result.data_ptr<float>());
  return result;
}

Tensor FromAten(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  Tensor result(Shape(plain.sizes().begin(), plain.sizes().end()));
  std::copy_n(plain.data_ptr<float>(), plain.numel(), result.data.begin());
  return result;
}

}  // namespace winnow
