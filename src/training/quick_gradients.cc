#include "training/quick_gradients.h"

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

struct NarrowFunction : torch::autograd::Function<NarrowFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, std::int64_t dim,
                            std::int64_t begin, std::int64_t extent) {
    context->saved_data["dim"] = dim;
    context->saved_data["before"] = begin;
    context->saved_data["after"] = x.size(dim) - begin - extent;
    return x.narrow(dim, begin, extent);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const std::int64_t dim = context->saved_data["dim"].toInt();
    std::vector<std::int64_t> pads(2 * (4 - dim), 0);  // pairs, from the last dimension back to dim
    pads[pads.size() - 2] = context->saved_data["before"].toInt();
    pads[pads.size() - 1] = context->saved_data["after"].toInt();
    return {at::constant_pad_nd(gradients[0], pads, 0), {}, {}, {}};
  }
};

struct DeviationFunction : torch::autograd::Function<DeviationFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor mean = wide.mean(kPlane, /*keepdim=*/true);
    const at::Tensor deviation = (wide - mean).square_().mean(kPlane, /*keepdim=*/true).sqrt_();
    context->save_for_backward({x, mean, deviation});
    return deviation.to(x.scalar_type());
  }

  // d deviation / d x = (x - mean) / (pixels deviation).
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &mean = saved[1], &deviation = saved[2];
    const double pixels = static_cast<double>(x.size(2) * x.size(3));
    const at::Tensor slope = (gradients[0] / (deviation * pixels)).masked_fill_(deviation == 0, 0);
    return {((x - mean) * slope).to(x.scalar_type())};
  }

  static constexpr std::int64_t kPlane[] = {2, 3};
};

}  // namespace

at::Tensor PReluForward(const at::Tensor& x, const at::Tensor& slopes) {
  return PReluFunction::apply(x, slopes);
}

at::Tensor NarrowForward(const at::Tensor& x, int dim, std::int64_t begin, std::int64_t extent) {
  return NarrowFunction::apply(x, std::int64_t{dim}, begin, extent);
}

at::Tensor PlaneDeviation(const at::Tensor& x) { return DeviationFunction::apply(x); }

}  // namespace winnow
