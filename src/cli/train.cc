// winnow train: a recipe in, a model out.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/delegate.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"

namespace winnow {
namespace {

struct TrainArguments {
  std::string recipe;
  std::string run_dir;  // empty: runs/<name>
  bool resume = false;
  int threads = 0;
  std::string device = "cpu";
  bool json = false;
  Console console;
};

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

int RunTrain(TrainArguments& arguments, const CommandLine& line) {
  const TrainingBackend& backend = RequireTraining(line);
  const Recipe recipe = backend.read_recipe(arguments.recipe);
  TrainOptions options;
  options.run_dir = arguments.run_dir.empty() ? std::filesystem::path("runs") / recipe.name
                                              : std::filesystem::path(arguments.run_dir);
  options.resume = arguments.resume;
  options.threads = ThreadsOf(arguments.threads);
  options.device = arguments.device;
  options.stop = CatchInterrupts();
  options.on_progress = [&](const TrainProgress& progress) {
    arguments.console.Progress(Describe(progress));
  };
  const std::filesystem::path model = backend.train(recipe, options);
  arguments.console.EndProgress();
  if (arguments.json) {
    const nlohmann::ordered_json json = {{"model", model.string()},
                                         {"steps", recipe.optimiser.steps}};
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    std::printf("%s\n", model.c_str());
  }
  return 0;
}

}  // namespace

CommandBody DeclareTrain(CLI::App& app, const CommandLine& line) {
  auto a = std::make_shared<TrainArguments>();
  app.add_option("recipe", a->recipe, "What to train, how, and on which pictures (TOML)")
      ->required();
  app.add_option("--run", a->run_dir,
                 "Folder for checkpoint, log and model; default: runs/<name of the recipe>");
  app.add_flag("--resume", a->resume, "Go on from the checkpoint of the run");
  AddThreads(app, a->threads);
  app.add_option("--device", a->device, "Where to train: cpu, or cuda with a libtorch that has it")
      ->capture_default_str();
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  return [a, line] { return RunTrain(*a, line); };
}

}  // namespace winnow
