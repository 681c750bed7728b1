// Trains a network by a recipe. Free of torch headers.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "training/recipe.h"

namespace winnow {

struct TrainProgress {
  std::int64_t step = 0;
  std::int64_t steps = 0;
  double loss = 0;  // mean since the last report
  double learning_rate = 0;
  double seconds_left = 0;      // estimate
  double validation_psnr = -1;  // dB; negative where this report carries none
  double cost_fraction = -1;    // of the layers being pruned; negative when training densely
};

inline constexpr const char* kCheckpointFile = "checkpoint.safetensors";

struct TrainOptions {
  // Holds kCheckpointFile, log.jsonl (run_log.h) and, at the end, the model as
  // NAME.safetensors; snapshots of a search as NAME-BUDGET.safetensors.
  std::filesystem::path run_dir;
  // Go on from the checkpoint in run_dir. The result is bit for bit that of an uninterrupted run
  // with as many threads.
  bool resume = false;
  int threads = 1;
  std::string device = "cpu";  // or "cuda", where libtorch has it; then resuming is not bit-exact
  std::function<void(const TrainProgress&)> on_progress = {};
  const std::atomic<bool>* stop =
      nullptr;  // set: finish the step, write a checkpoint, throw kInterrupted
};

// Runs to the recipe's last step and writes the model file it names into run_dir; returns its path.
// Sets libtorch's number of threads and, for good, how the process keeps freed memory (never given
// back to the system). Errors: kInvalidArgument (recipe, pictures, a run_dir that holds another
// run, 100 steps in a row without a finite loss), kNotFound (a folder, a picture's partner, the
// checkpoint), kIo, kCorrupt (checkpoint), kUnsupported (no such
// device), kInterrupted.
std::filesystem::path Train(const Recipe& recipe, const TrainOptions& options);

}  // namespace winnow
