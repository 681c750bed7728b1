// Adam (Kingma and Ba, 2015) with a moving average of the weights; its whole state can be saved.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "training/checkpoint.h"
#include "training/recipe.h"

namespace winnow {

class Adam {
 public:
  // `state` may hold the weights only: moments then start at zero and the average at the weights.
  // All is kept on `device`.
  Adam(const OptimiserRecipe& recipe, const OptimiserState& state, at::Device device = at::kCPU);

  // The leaves to differentiate, by ParamId.
  const std::vector<at::Tensor>& weights() const { return weights_; }

  // One update from the gradients that backward() left in the weights, which are then cleared.
  void Update(double learning_rate);
  void ClearGradients();
  // The average forgets what was before; for weights that begin to mean something else.
  void RestartAverage();
  // L2, of all gradients together; not finite where one of them is not.
  double GradientNorm() const;
  // Shortens the gradients to the recipe's `gradient_clip` where they are longer. Their norm
  // before.
  double ClipGradients();

  OptimiserState state() const;
  // The average where one is kept, else the weights: what the model file gets.
  std::vector<Tensor> Result() const;

 private:
  std::vector<int> WithGradient() const;  // the others are not on the way to any output
  std::vector<at::Tensor> Gradients() const;
  void UpdateAverage();

  OptimiserRecipe recipe_;
  std::vector<at::Tensor> weights_;
  std::vector<at::Tensor> average_;
  std::vector<at::Tensor> moment1_;
  std::vector<at::Tensor> moment2_;
  std::int64_t updates_;
  std::int64_t average_start_;
};

// The learning rate of step 0..steps-1: a linear warm-up, then halved at each milestone or along a
// half cosine to zero.
double LearningRate(const OptimiserRecipe& recipe, std::int64_t step);

}  // namespace winnow
