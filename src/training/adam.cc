#include "training/adam.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "training/at_tensor.h"

namespace winnow {
namespace {

std::vector<at::Tensor> ToAtenAll(const std::vector<Tensor>& tensors) {
  std::vector<at::Tensor> result;
  for (const Tensor& tensor : tensors) result.push_back(ToAten(tensor));
  return result;
}

std::vector<Tensor> FromAtenAll(const std::vector<at::Tensor>& tensors) {
  std::vector<Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(FromAten(tensor));
  return result;
}

std::vector<at::Tensor> ZerosLike(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensors) result.push_back(at::zeros_like(tensor));
  return result;
}

}  // namespace

Adam::Adam(const OptimiserRecipe& recipe, const OptimiserState& state)
    : recipe_(recipe),
      weights_(ToAtenAll(state.weights)),
      updates_(state.updates),
      average_start_(state.average_start) {
  const bool fresh = state.moment1.empty();
  moment1_ = fresh ? ZerosLike(weights_) : ToAtenAll(state.moment1);
  moment2_ = fresh ? ZerosLike(weights_) : ToAtenAll(state.moment2);
  if (recipe.ema > 0) average_ = ToAtenAll(state.average.empty() ? state.weights : state.average);
  for (at::Tensor& weight : weights_) weight.set_requires_grad(true);
}

void Adam::Update(double learning_rate) {
  at::NoGradGuard no_grad;
  ++updates_;
  const double correction1 = 1 - std::pow(recipe_.beta1, static_cast<double>(updates_));
  const double correction2 = 1 - std::pow(recipe_.beta2, static_cast<double>(updates_));
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const at::Tensor& gradient = weights_[i].grad();
    if (!gradient.defined()) continue;  // not on the way to any output
    moment1_[i].mul_(recipe_.beta1).add_(gradient, 1 - recipe_.beta1);
    moment2_[i].mul_(recipe_.beta2).addcmul_(gradient, gradient, 1 - recipe_.beta2);
    const at::Tensor spread = moment2_[i].sqrt().div_(std::sqrt(correction2)).add_(recipe_.epsilon);
    weights_[i].addcdiv_(moment1_[i], spread, -learning_rate / correction1);
  }
  UpdateAverage();
  ClearGradients();
}

// Early on the average follows fast, so that it does not remember the random start for 1 / (1 -
// ema) steps.
void Adam::UpdateAverage() {
  const auto n = static_cast<double>(updates_ - average_start_);
  const double decay = std::min(recipe_.ema, (1 + n) / (10 + n));
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i].lerp_(weights_[i], 1 - decay);
}

void Adam::ClearGradients() {
  for (at::Tensor& weight : weights_) weight.mutable_grad().reset();
}

void Adam::RestartAverage() {
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < average_.size(); ++i) average_[i].copy_(weights_[i]);
  average_start_ = updates_;
}

bool Adam::GradientsAreFinite() const {
  at::NoGradGuard no_grad;
  return std::all_of(weights_.begin(), weights_.end(), [](const at::Tensor& weight) {
    return !weight.grad().defined() || std::isfinite(weight.grad().abs().sum().item<float>());
  });
}

OptimiserState Adam::state() const {
  return {FromAtenAll(weights_),
          FromAtenAll(average_),
          FromAtenAll(moment1_),
          FromAtenAll(moment2_),
          updates_,
          average_start_};
}

std::vector<Tensor> Adam::Result() const {
  return FromAtenAll(average_.empty() ? weights_ : average_);
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
