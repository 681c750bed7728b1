#include "training/adam.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "training/at_tensor.h"

namespace winnow {
namespace {

std::vector<at::Tensor> ZerosLike(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(at::zeros_like(tensor));
  return result;
}

}  // namespace

Adam::Adam(const OptimiserRecipe& recipe, const OptimiserState& state, at::Device device)
    : recipe_(recipe),
      weights_(ToAten(state.weights, device)),
      updates_(state.updates),
      average_start_(state.average_start) {
  const bool fresh = state.moment1.empty();
  moment1_ = fresh ? ZerosLike(weights_) : ToAten(state.moment1, device);
  moment2_ = fresh ? ZerosLike(weights_) : ToAten(state.moment2, device);
  if (recipe.ema > 0) {
    average_ = ToAten(state.average.empty() ? state.weights : state.average, device);
  }
  for (at::Tensor& weight : weights_) weight.set_requires_grad(true);
}

std::vector<int> Adam::WithGradient() const {
  std::vector<int> ids;
  for (int id = 0; id < static_cast<int>(weights_.size()); ++id) {
    if (weights_[id].grad().defined()) ids.push_back(id);
  }
  return ids;
}

std::vector<at::Tensor> Adam::Gradients() const {
  std::vector<at::Tensor> gradients;
  for (int id : WithGradient()) gradients.push_back(weights_[id].grad());
  return gradients;
}

// All tensors in one call an operation: on a GPU a call costs more than its arithmetic.
void Adam::Update(double learning_rate) {
  at::NoGradGuard no_grad;
  ++updates_;
  const double correction1 = 1 - std::pow(recipe_.beta1, static_cast<double>(updates_));
  const double correction2 = 1 - std::pow(recipe_.beta2, static_cast<double>(updates_));
  const std::vector<at::Tensor> gradients = Gradients();
  std::vector<at::Tensor> weights, moment1, moment2;
  for (int id : WithGradient()) {
    weights.push_back(weights_[id]);
    moment1.push_back(moment1_[id]);
    moment2.push_back(moment2_[id]);
  }
  at::_foreach_mul_(moment1, recipe_.beta1);
  at::_foreach_add_(moment1, gradients, 1 - recipe_.beta1);
  at::_foreach_mul_(moment2, recipe_.beta2);
  at::_foreach_addcmul_(moment2, gradients, gradients, 1 - recipe_.beta2);
  std::vector<at::Tensor> spread = at::_foreach_sqrt(moment2);
  at::_foreach_div_(spread, std::sqrt(correction2));
  at::_foreach_add_(spread, recipe_.epsilon);
  at::_foreach_addcdiv_(weights, moment1, spread, -learning_rate / correction1);
  UpdateAverage();
  ClearGradients();
}

// Early on the average follows fast, so that it does not remember the random start for 1 / (1 -
// ema) steps.
void Adam::UpdateAverage() {
  if (average_.empty()) return;
  const auto n = static_cast<double>(updates_ - average_start_);
  const double decay = std::min(recipe_.ema, (1 + n) / (10 + n));
  std::vector<at::Tensor> step = at::_foreach_sub(weights_, average_);
  at::_foreach_add_(average_, step, 1 - decay);
}

void Adam::ClearGradients() {
  for (at::Tensor& weight : weights_) weight.mutable_grad().reset();
}

void Adam::RestartAverage() {
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i].copy_(weights_[i]);
  average_start_ = updates_;
}

double Adam::GradientNorm() const {
  at::NoGradGuard no_grad;
  const std::vector<at::Tensor> gradients = Gradients();
  if (gradients.empty()) return 0;
  return at::stack(at::_foreach_norm(gradients, 2)).norm().item<double>();
}

double Adam::ClipGradients() {
  at::NoGradGuard no_grad;
  const double norm = GradientNorm();
  if (recipe_.gradient_clip > 0 && norm > recipe_.gradient_clip) {
    at::_foreach_mul_(Gradients(), recipe_.gradient_clip / norm);
  }
  return norm;
}

OptimiserState Adam::state() const {
  return {FromAten(weights_), FromAten(average_), FromAten(moment1_),
          FromAten(moment2_), updates_,           average_start_};
}

std::vector<Tensor> Adam::Result() const {
  return FromAten(average_.empty() ? weights_ : average_);
}

double LearningRate(const OptimiserRecipe& recipe, std::int64_t step) {
  if (step < recipe.warmup_steps) {
    return recipe.learning_rate * static_cast<double>(step + 1) /
           static_cast<double>(recipe.warmup_steps);
  }
  if (recipe.schedule == "cosine") {
    const double done = static_cast<double>(step - recipe.warmup_steps) /
                        static_cast<double>(recipe.steps - recipe.warmup_steps);
    return recipe.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * done));
  }
  const auto passed = std::upper_bound(recipe.milestones.begin(), recipe.milestones.end(), step);
  return std::ldexp(recipe.learning_rate, -static_cast<int>(passed - recipe.milestones.begin()));
}

}  // namespace winnow
