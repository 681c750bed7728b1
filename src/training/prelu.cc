#include "training/prelu.h"

#include <torch/csrc/autograd/custom_function.h>

namespace winnow {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct PReluFunction : torch::autograd::Function<PReluFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& slopes) {
    context->save_for_backward({x, slopes});
    return at::prelu(x, slopes.to(x.scalar_type()));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &slopes = saved[1], &gradient = gradients[0];
    const at::Tensor at_positive = at::threshold_backward(gradient, x, 0);
    const at::Tensor at_negative = gradient - at_positive;
    const at::Tensor slope_map = slopes.to(x.scalar_type()).view({1, -1, 1, 1});
    const at::Tensor by_channel =
        (at_negative * x).sum(at::IntArrayRef{0, 2, 3}, false, at::kFloat);
    const at::Tensor by_slope = slopes.numel() == 1 ? by_channel.sum().view({1}) : by_channel;
    return {at::addcmul(at_positive, at_negative, slope_map), by_slope};
  }
};

}  // namespace

at::Tensor PReluForward(const at::Tensor& x, const at::Tensor& slopes) {
  return PReluFunction::apply(x, slopes);
}

}  // namespace winnow
