// What the commands need of libtorch, as a value, so that the same commands are linked with and
// without it.
#pragma once

#include <filesystem>
#include <string>

#include "app/executor.h"
#include "graph/model.h"
#include "training/recipe.h"
#include "training/trainer.h"

namespace winnow {

struct TrainingBackend {
  Recipe (*read_recipe)(const std::filesystem::path& path);
  std::string (*to_toml)(Recipe recipe);
  std::filesystem::path (*train)(const Recipe& recipe, const TrainOptions& options);
  Runner (*make_runner)(const Model& model, int threads);
};

// That of this program: null in winnow (training_absent.cc), libtorch's in winnow-training
// (training_libtorch.cc).
const TrainingBackend* LinkedTrainingBackend();

}  // namespace winnow
