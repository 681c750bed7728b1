#include "training/teacher.h"

#include <ATen/core/grad_mode.h>

#include "base/error.h"
#include "formats/model_file.h"
#include "training/at_tensor.h"
#include "training/train_step.h"
#include "training/validation.h"

namespace winnow {

Teacher::Teacher(const DistillationRecipe& recipe, const ModelInfo& student, at::Device device) {
  Model model = ReadModel(recipe.teacher);
  const ModelInfo& info = model.info;
  if (info.scale != student.scale || info.pixel_range != student.pixel_range ||
      info.mean != student.mean || info.colour != student.colour) {
    throw Error(ErrorKind::kInvalidArgument,
                recipe.teacher +
                    ": cannot teach this network: scale, pixel range, mean and colour "
                    "must be the same");
  }
  graph_ = std::move(model.graph);
  weights_ = ToAten(model.weights, device);
}

void TakeAsTargets(const std::filesystem::path& path, std::vector<PicturePair>& pairs,
                   const TorchOptions& options) {
  const Model model = ReadModel(path);
  TorchSession session(model, options);
  for (PicturePair& pair : pairs) pair.target = RunOnPicture(session, model.info, pair.input);
}

at::Tensor Teacher::Output(const at::Tensor& input, bool bf16) const {
  at::NoGradGuard no_grad;
  return RunNetwork(graph_, weights_, input, bf16).back().to(at::kFloat);
}

}  // namespace winnow
