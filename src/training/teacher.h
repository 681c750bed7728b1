// The network whose results another one learns to match.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "graph/model.h"
#include "training/recipe.h"

namespace winnow {

class Teacher {
 public:
  // Errors: ReadModel's, kInvalidArgument when the teacher's pictures are numbered differently from
  // those of `student` (scale, range, mean or colour).
  Teacher(const DistillationRecipe& recipe, const ModelInfo& student, at::Device device = at::kCPU);

  // The finest output, float32, outside of any graph of gradients.
  at::Tensor Output(const at::Tensor& input, bool bf16) const;

 private:
  Graph graph_;
  std::vector<at::Tensor> weights_;
};

}  // namespace winnow
