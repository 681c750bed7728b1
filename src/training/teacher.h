// The network whose results another one learns to match.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <vector>

#include "graph/model.h"
#include "training/pictures.h"
#include "training/recipe.h"
#include "training/torch_session.h"

namespace winnow {

// The results of the network in `path` for the inputs of `pairs`, as their targets. Errors:
// ReadModel's.
void TakeAsTargets(const std::filesystem::path& path, std::vector<PicturePair>& pairs,
                   const TorchOptions& options);

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
