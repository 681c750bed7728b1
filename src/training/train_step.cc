#include "training/train_step.h"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include "training/graph_forward.h"

namespace winnow {
namespace {

void SetAutocastToBf16(at::DeviceType device, bool enabled) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_dtype(device, at::kBFloat16);
  at::autocast::set_autocast_enabled(device, enabled);
#else
  if (device == at::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(enabled);
  }
#endif
}

// Autocast of the calling thread to bfloat16 on a device while alive.
class AutocastScope {
 public:
  AutocastScope(at::DeviceType device, bool on) : device_(device), on_(on) {
    if (on_) SetAutocastToBf16(device_, true);
  }
  ~AutocastScope() {
    if (!on_) return;
    SetAutocastToBf16(device_, false);
    at::autocast::clear_cache();  // it holds this step's converted weights
  }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  at::DeviceType device_;
  bool on_;
};

// Of orthonormal spectra, so that a weight means the same whatever the extent.
at::Tensor SpectralLoss(const at::Tensor& result, const at::Tensor& wanted) {
  const at::Tensor spectrum = at::fft_rfft2(result - wanted, {}, {-2, -1}, "ortho");
  return at::view_as_real(spectrum).abs().mean();
}

at::Tensor PixelLoss(const at::Tensor& result, const at::Tensor& wanted, const std::string& loss) {
  if (loss == "l1") return at::l1_loss(result, wanted);
  if (loss == "mse") return at::mse_loss(result, wanted);
  constexpr double kFloor = 1e-4;
  return ((result - wanted).square().mean({1, 2, 3}) + kFloor).log().mean();
}

at::Tensor LossOf(const at::Tensor& output, const at::Tensor& target, const StepOptions& options) {
  at::Tensor wanted = target;
  if (output.sizes() != target.sizes()) {
    wanted = at::adaptive_avg_pool2d(target, {output.size(2), output.size(3)});
  }
  const at::Tensor result = output.to(at::kFloat);
  const at::Tensor loss = PixelLoss(result, wanted, options.loss);
  if (options.frequency_weight == 0) return loss;
  return loss + options.frequency_weight * SpectralLoss(result, wanted);
}

at::Tensor MeanLoss(const std::vector<at::Tensor>& outputs, const at::Tensor& target,
                    const StepOptions& options) {
  at::Tensor sum = LossOf(outputs[0], target, options);
  for (std::size_t i = 1; i < outputs.size(); ++i) sum = sum + LossOf(outputs[i], target, options);
  return sum / static_cast<double>(outputs.size());
}

at::Tensor PictureLoss(const std::vector<at::Tensor>& outputs, const at::Tensor& target,
                       const StepOptions& options) {
  if (!target.defined()) return MeanLoss(outputs, options.teacher, options);
  const at::Tensor loss = MeanLoss(outputs, target, options);
  if (!options.teacher.defined()) return loss;
  return (1 - options.teacher_weight) * loss +
         options.teacher_weight * MeanLoss(outputs, options.teacher, options);
}

// Where the motion is not known the estimate is taken to be right.
at::Tensor MotionLoss(const at::Tensor& estimate, const at::Tensor& motion) {
  const at::Tensor result = estimate.to(at::kFloat);
  return at::l1_loss(result, at::where(motion.isnan(), result.detach(), motion));
}

}  // namespace

bool SupportsBf16(at::Device device) {
  if (!device.is_cpu()) return true;
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

std::vector<at::Tensor> RunNetwork(const Graph& graph, const std::vector<at::Tensor>& weights,
                                   const at::Tensor& input, bool bf16) {
  const AutocastScope autocast(input.device().type(), bf16);
  return GraphForward(graph, input, weights);
}

at::Tensor ComputeLoss(const Graph& graph, const std::vector<at::Tensor>& weights,
                       const at::Tensor& input, const at::Tensor& target,
                       const StepOptions& options) {
  std::vector<at::Tensor> outputs = RunNetwork(graph, weights, input, options.bf16);
  if (!options.motion.defined()) return PictureLoss(outputs, target, options);
  const at::Tensor motion = MotionLoss(outputs.front(), options.motion);
  outputs.erase(outputs.begin());
  return PictureLoss(outputs, target, options) + options.motion_weight * motion;
}

}  // namespace winnow
