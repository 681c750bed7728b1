#include "app/calibration.h"
#include "app/models.h"
#include "cli/budget.h"
#include "cli/compress_methods.h"
#include "cli/compress_quality.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"
#include "compress/greedy.h"
#include "formats/model_file.h"

namespace winnow {
namespace {

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

}  // namespace

CompressReport CompressGreedily(CompressArguments& arguments, const CommandLine&) {
  const Model dense = LoadModel(arguments.model);
  const PricedBudget budget =
      Price(ParseBudget(arguments.budget), dense, arguments.m, arguments.latency_table);
  const CalibrationSet set = ReadCalibrationSet(
      dense.info, {arguments.data.begin(), arguments.data.end()}, arguments.calibration);
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
  WriteModel(result.model, arguments.output);

  CompressReport report;
  report.m = arguments.m;
  for (const GreedyLayer& layer : result.layers) {
    report.layers.push_back(
        {layer.name, layer.n, arguments.m, layer.cost, layer.dense_cost, layer.error, layer.loss});
  }
  report.cost_unit = budget.unit;
  report.kept = result.fraction;
  Evaluate(dense, ReadModel(arguments.output), set, options.threads, report);
  return report;
}

}  // namespace winnow
