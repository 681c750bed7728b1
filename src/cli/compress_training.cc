#include <filesystem>

#include "app/models.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/budget.h"
#include "cli/compress_layers.h"
#include "cli/compress_methods.h"
#include "cli/compress_quality.h"
#include "cli/compress_recipe.h"
#include "cli/delegate.h"
#include "cli/options.h"
#include "cli/training_run.h"
#include "formats/model_file.h"
#include "graph/conv_layers.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// Of sums of costs.
constexpr double kRounding = 1e-9;

// What a run begins with.
struct Task {
  Model dense;
  PricedBudget budget;
  Recipe recipe;
};

Task Prepare(const CompressArguments& arguments) {
  const fs::path file = FindModelFile(arguments.model);
  Model dense = ReadModel(file);
  if (!dense.patterns.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                dense.info.name + ": is sparse already; give the dense model it was made of");
  }
  const Budget wanted = ParseBudget(arguments.budget);
  const bool filters = arguments.method == "filter";
  if (filters && wanted.is_latency()) {
    throw Error(ErrorKind::kInvalidArgument,
                "filter pruning takes budgets of multiply-adds: a table of times is for N:M");
  }
  if (!wanted.is_latency() && !arguments.latency_table.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                "--latency-table needs a budget of time, such as latency=0.3x");
  }
  PricedBudget budget = Price(wanted, dense, arguments.m, arguments.latency_table);
  if (!filters) budget.costs.LargestUniform(budget.fraction);  // throws when nothing can meet it
  Recipe recipe = CompressionRecipe(arguments, dense.info, file, budget.fraction);
  return {std::move(dense), std::move(budget), std::move(recipe)};
}

std::vector<CompressedLayer> FilterLayers(const Model& dense, const Model& model,
                                          const LayerCosts& costs) {
  const std::vector<ConvLayer> kept = PrunableConvLayers(model.graph);
  const LayerCosts left = Price({}, model, costs.m(), "").costs;
  std::vector<CompressedLayer> layers;
  for (int i = 0; i < costs.layers(); ++i) {
    const auto filters = [&](const Graph& graph) {
      return static_cast<int>(graph.param(kept[i].weight).shape[0]);
    };
    layers.push_back({kept[i].name, filters(model.graph), filters(dense.graph),
                      left.layer(i).at.back(), costs.layer(i).at.back()});
  }
  return layers;
}

}  // namespace

CompressReport CompressByTraining(CompressArguments& arguments, const CommandLine& line) {
  const TrainingBackend& backend = RequireTraining(line);
  const Task task = Prepare(arguments);
  arguments.calibration.validation_every = kValidationEvery;
  const HeldOutSet set = ReadHeldOutSet(arguments, task.dense.info, {});
  const TrainingRun run = {.folder = RunFolder(arguments),
                           .resume = arguments.resume,
                           .threads = arguments.threads,
                           .device = arguments.device};
  const fs::path trained = RunTraining(backend, task.recipe, run, arguments.console);
  WriteFile(arguments.output, ReadFile(trained));

  const Model model = ReadModel(arguments.output);
  CompressReport report;
  report.m = arguments.method == "filter" ? 0 : arguments.m;
  report.cost_unit = task.budget.unit;
  report.layers = report.m == 0 ? FilterLayers(task.dense, model, task.budget.costs)
                                : PatternLayers(model, task.budget.costs);
  report.kept = KeptFraction(report.layers, task.budget.costs);
  if (report.kept > task.budget.fraction * (1 + kRounding)) {
    arguments.console.Warning("the budget was not met; give more --steps");
  }
  Evaluate(task.dense, model, set, ThreadsOf(arguments.threads), report);
  return report;
}

void WriteCompressionRecipe(const CompressArguments& arguments, const CommandLine& line) {
  const TrainingBackend& backend = RequireTraining(line);
  WriteFile(arguments.write_recipe, "# By winnow compress. To run: winnow train THIS_FILE\n" +
                                        backend.to_toml(Prepare(arguments).recipe));
}

}  // namespace winnow
