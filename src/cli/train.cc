// winnow train: a recipe in, a model out.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/delegate.h"
#include "cli/options.h"
#include "cli/training_run.h"

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

int RunTrain(TrainArguments& arguments, const CommandLine& line) {
  const TrainingBackend& backend = RequireTraining(line);
  const Recipe recipe = backend.read_recipe(arguments.recipe);
  const TrainingRun run = {.folder = arguments.run_dir.empty()
                                         ? std::filesystem::path("runs") / recipe.name
                                         : std::filesystem::path(arguments.run_dir),
                           .resume = arguments.resume,
                           .threads = arguments.threads,
                           .device = arguments.device};
  const std::filesystem::path model = RunTraining(backend, recipe, run, arguments.console);
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
  AddDevice(app, a->device);
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  return [a, line] { return RunTrain(*a, line); };
}

}  // namespace winnow
