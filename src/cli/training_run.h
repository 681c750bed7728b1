// Running a recipe with progress on the console, for all commands that train.
#pragma once

#include <filesystem>
#include <string>

#include "cli/console.h"
#include "cli/training_backend.h"

namespace winnow {

struct TrainingRun {
  std::filesystem::path folder;
  bool resume = false;
  int threads = 0;  // 0: every processor
  std::string device = "cpu";
};

// Returns the model file in the run's folder. Errors: Train's.
std::filesystem::path RunTraining(const TrainingBackend& backend, const Recipe& recipe,
                                  const TrainingRun& run, Console& console);

}  // namespace winnow
