#include <filesystem>

#include "app/calibration.h"
#include "app/models.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/budget.h"
#include "cli/compress_layers.h"
#include "cli/compress_methods.h"
#include "cli/compress_quality.h"
#include "cli/compress_recipe.h"
#include "cli/delegate.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/training_run.h"
#include "compress/greedy.h"
#include "formats/model_file.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPruned = "pruned.safetensors";  // in the run's folder

void AddProvenance(const CompressArguments& arguments, const Model& parent,
                   const CalibrationSet& set, ModelInfo& info) {
  info.name = CompressedName(arguments);
  const std::string extent = std::to_string(set.inputs.front().dim(1));
  info.provenance["compressed_from"] = parent.info.name;
  info.provenance["compression_method"] = arguments.method;
  info.provenance["compression_budget"] = arguments.budget;
  info.provenance["calibration_data"] = std::to_string(set.inputs.size()) + " crops of " + extent +
                                        "x" + extent + " of " + std::to_string(set.pictures) +
                                        " pictures, seed " +
                                        std::to_string(arguments.calibration.seed);
}

struct Pruned {
  Model model;
  std::vector<CompressedLayer> layers;
};

Pruned Prune(CompressArguments& arguments, const Model& dense, const PricedBudget& budget,
             const CalibrationSet& set) {
  GreedyOptions options;
  options.budget = budget.fraction;
  options.threads = ThreadsOf(arguments.threads);
  options.stop = CatchInterrupts();
  options.on_progress = [&](double fraction) {
    arguments.console.Progress("pruning  " + Fixed(100 * fraction, 0) + " %");
  };
  GreedyResult result = PruneGreedily(dense, set.inputs, budget.costs, options);
  arguments.console.EndProgress();
  AddProvenance(arguments, dense, set, result.model.info);
  Pruned pruned = {std::move(result.model), {}};
  for (const GreedyLayer& layer : result.layers) {
    pruned.layers.push_back(
        {layer.name, layer.n, arguments.m, layer.cost, layer.dense_cost, layer.error, layer.loss});
  }
  return pruned;
}

// What the pruned network is trained by; whatever is wrong with it shows before minutes are spent.
Recipe PrepareTraining(const CompressArguments& arguments, const ModelInfo& dense) {
  const fs::path folder = RunFolder(arguments);
  const bool begun = fs::exists(folder / kPruned) || fs::exists(folder / kCheckpointFile);
  if (begun && !arguments.resume) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() +
                    ": holds a run already; give --resume to go on with it, or another folder "
                    "with --run");
  }
  return FinetuneRecipe(arguments, dense, FindModelFile(arguments.model), folder / kPruned);
}

// Pruned now, or by the run that goes on.
Pruned PruneForTraining(CompressArguments& arguments, const Model& dense,
                        const PricedBudget& budget, const CalibrationSet& set) {
  const fs::path file = RunFolder(arguments) / kPruned;
  if (arguments.resume && fs::exists(file)) {
    Model model = ReadModel(file);
    std::vector<CompressedLayer> layers = PatternLayers(model, budget.costs);
    return {std::move(model), std::move(layers)};
  }
  Pruned pruned = Prune(arguments, dense, budget, set);
  fs::create_directories(file.parent_path());
  WriteModel(pruned.model, file);
  return pruned;
}

void Finetune(CompressArguments& arguments, const TrainingBackend& backend, Recipe recipe,
              const Model& pruned) {
  const fs::path folder = RunFolder(arguments);
  recipe.provenance["calibration_data"] = pruned.info.provenance.at("calibration_data");
  const TrainingRun run = {.folder = folder,
                           .resume = arguments.resume && fs::exists(folder / kCheckpointFile),
                           .threads = arguments.threads,
                           .device = arguments.device};
  WriteFile(arguments.output, ReadFile(RunTraining(backend, recipe, run, arguments.console)));
}

}  // namespace

CompressReport CompressGreedily(CompressArguments& arguments, const CommandLine& line) {
  const bool trains = arguments.steps > 0;
  const TrainingBackend* backend = trains ? &RequireTraining(line) : nullptr;
  const Model dense = LoadModel(arguments.model);
  const Recipe recipe = trains ? PrepareTraining(arguments, dense.info) : Recipe();
  const PricedBudget budget =
      Price(ParseBudget(arguments.budget), dense, arguments.m, arguments.latency_table);
  if (trains) arguments.calibration.validation_every = kValidationEvery;
  const CalibrationSet set = ReadCalibrationSet(
      dense.info, {arguments.data.begin(), arguments.data.end()}, arguments.calibration);
  const HeldOutSet held_out = ReadHeldOutSet(arguments, dense.info, set);
  const int threads = ThreadsOf(arguments.threads);

  CompressReport report;
  report.m = arguments.m;
  report.cost_unit = budget.unit;
  if (trains) {
    Pruned pruned = PruneForTraining(arguments, dense, budget, set);
    report.layers = std::move(pruned.layers);
    CompressReport before;
    Evaluate(dense, pruned.model, held_out, threads, before);
    report.psnr_to_dense_untrained = before.psnr_to_dense;
    report.psnr_untrained = before.psnr_compressed;
    Finetune(arguments, *backend, recipe, pruned.model);
  } else {
    Pruned pruned = Prune(arguments, dense, budget, set);
    report.layers = std::move(pruned.layers);
    WriteModel(pruned.model, arguments.output);
  }
  report.kept = KeptFraction(report.layers, budget.costs);
  Evaluate(dense, ReadModel(arguments.output), held_out, threads, report);
  return report;
}

}  // namespace winnow
