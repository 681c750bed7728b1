#include "cli/training_run.h"

#include <string>

#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"

namespace winnow {
namespace {

std::string Describe(const TrainProgress& progress) {
  std::string text = "step " + std::to_string(progress.step) + "/" +
                     std::to_string(progress.steps) + "  loss " + Fixed(progress.loss, 5) +
                     "  left " + Duration(progress.seconds_left);
  if (progress.cost_fraction >= 0) text += "  cost " + Fixed(progress.cost_fraction, 3);
  if (progress.validation_psnr >= 0) {
    text += "  validation " + Fixed(progress.validation_psnr, 3) + " dB";
  }
  return text;
}

}  // namespace

std::filesystem::path RunTraining(const TrainingBackend& backend, const Recipe& recipe,
                                  const TrainingRun& run, Console& console) {
  TrainOptions options;
  options.run_dir = run.folder;
  options.resume = run.resume;
  options.threads = ThreadsOf(run.threads);
  options.device = run.device;
  options.stop = CatchInterrupts();
  options.on_progress = [&](const TrainProgress& progress) {
    console.Progress(Describe(progress));
  };
  const std::filesystem::path model = backend.train(recipe, options);
  console.EndProgress();
  return model;
}

}  // namespace winnow
