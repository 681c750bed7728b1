// winnow compress: a dense model in, a sparse one out.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/calibration.h"
#include "app/models.h"
#include "app/summary.h"
#include "base/error.h"
#include "cli/budget.h"
#include "cli/commands.h"
#include "cli/compress_report.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"
#include "compress/greedy.h"
#include "engine/session.h"
#include "formats/model_file.h"

namespace winnow {
namespace {

struct CompressArguments {
  std::string model;
  std::string method = "greedy";
  std::string budget = "0.25";
  std::string latency_table;
  int m = 32;
  std::string data;
  std::string output;
  std::string name;
  CalibrationOptions calibration;
  int threads = 0;
  bool force = false;
  bool json = false;
  Console console;
};

// PSNR against the sharp pictures over all samples, clamped as in a picture.
double CalibrationPsnr(const Model& model, const CalibrationSet& set, int threads) {
  Session session(model, {.threads = threads});
  const float range = model.info.pixel_range;
  double sum = 0;
  double samples = 0;
  for (std::size_t i = 0; i < set.inputs.size(); ++i) {
    const Tensor output = session.Run(set.inputs[i]);
    const std::int64_t plane = output.dim(1) * output.dim(2);
    for (std::int64_t k = 0; k < output.size(); ++k) {
      const float mean = model.info.mean[k / plane];
      const float value = std::clamp(output.data[k], -mean, range - mean);
      const double difference = value - set.targets[i].data[k];
      sum += difference * difference;
    }
    samples += static_cast<double>(output.size());
  }
  return Decibels(sum / samples, range);
}

void AddProvenance(const CompressArguments& arguments, const Model& parent,
                   const CalibrationSet& set, ModelInfo& info) {
  const std::filesystem::path output = arguments.output;
  info.name = arguments.name.empty() ? output.stem().string() : arguments.name;
  const std::string extent = std::to_string(set.inputs.front().dim(1));
  info.provenance["compressed_from"] = parent.info.name;
  info.provenance["compression_method"] = arguments.method;
  info.provenance["compression_budget"] = arguments.budget;
  info.provenance["calibration_data"] = std::to_string(set.inputs.size()) + " crops of " + extent +
                                        "x" + extent + " of " + std::to_string(set.pictures) +
                                        " pictures, seed " +
                                        std::to_string(arguments.calibration.seed);
}

void CountParams(const Model& model, CompressReport& report) {
  for (const Tensor& tensor : model.weights) {
    report.params += tensor.size();
    report.nonzero_params += CountNonzero(tensor);
  }
}

CompressReport RunGreedy(CompressArguments& arguments) {
  const Model dense = LoadModel(arguments.model);
  const PricedBudget budget =
      Price(ParseBudget(arguments.budget), dense, arguments.m, arguments.latency_table);
  const CalibrationSet set = ReadCalibrationSet(dense.info, arguments.data, arguments.calibration);
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
  report.layers = std::move(result.layers);
  report.cost_unit = budget.unit;
  report.pixel_range = dense.info.pixel_range;
  report.kept = result.fraction;
  report.psnr_to_dense = Decibels(result.output_change, dense.info.pixel_range);
  CountParams(result.model, report);
  if (!set.targets.empty()) {
    report.psnr_dense = CalibrationPsnr(dense, set, options.threads);
    report.psnr_compressed = CalibrationPsnr(result.model, set, options.threads);
  }
  return report;
}

// The one table of methods.
struct MethodRow {
  const char* name;
  const char* summary;
  CompressReport (*run)(CompressArguments& arguments);
};

constexpr MethodRow kMethods[] = {
    {"greedy", "no training: least squares on crops of photographs, in minutes", RunGreedy},
};

std::string MethodHelp() {
  std::string help;
  for (const MethodRow& row : kMethods) {
    help += (help.empty() ? "" : "; ") + std::string(row.name) + ": " + row.summary;
  }
  return help;
}

const MethodRow& FindMethod(const std::string& name) {
  std::string names;
  for (const MethodRow& row : kMethods) {
    if (name == row.name) return row;
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw Error(ErrorKind::kInvalidArgument, "unknown method '" + name + "'; there are: " + names);
}

int RunCompress(CompressArguments& arguments) {
  const MethodRow& method = FindMethod(arguments.method);
  if (std::filesystem::exists(arguments.output) && !arguments.force) {
    throw Error(ErrorKind::kInvalidArgument, arguments.output + ": exists; --force overwrites it");
  }
  const auto start = std::chrono::steady_clock::now();
  CompressReport report = method.run(arguments);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  report.model = arguments.output;
  report.method = arguments.method;
  report.budget = arguments.budget;
  report.bytes = static_cast<std::int64_t>(std::filesystem::file_size(arguments.output));
  report.seconds = elapsed.count();
  if (arguments.json) {
    std::printf("%s\n", ToJson(report).dump(2).c_str());
  } else {
    std::printf("%s", FormatReport(report).c_str());
  }
  return 0;
}

}  // namespace

CommandBody DeclareCompress(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<CompressArguments>();
  app.add_option("model", a->model, "Dense model by name or file")->required();
  app.add_option("--method", a->method, MethodHelp());
  app.add_option("--budget", a->budget,
                 "What to keep: 0.25 of the prunable multiply-adds (the default), 5.2G "
                 "multiply-adds in all, latency=45ms or latency=0.3x");
  app.add_option("--latency-table", a->latency_table,
                 "Of this model, by winnow bench --layers; for a budget of time");
  app.add_option("--m", a->m, "Group size M of the patterns N:M; default 32")
      ->check(Between(2, 256));
  app.add_option("--data", a->data, "Folder of photographs")->required();
  app.add_option("-o,--output", a->output, "Model file to write")->required();
  app.add_option("--name", a->name, "The model's name; default: the file's");
  app.add_option("--crops", a->calibration.count, "Crops to look at; default 24")
      ->check(Between(1, 10000));
  app.add_option("--crop-size", a->calibration.extent,
                 "Pixels a side of a crop, in the network's input; default 64")
      ->check(Between(1, 4096));
  app.add_option("--seed", a->calibration.seed, "Of the choice of crops; default 1");
  AddThreads(app, a->threads);
  app.add_flag("--force", a->force, "Overwrite the output");
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  return [a] { return RunCompress(*a); };
}

}  // namespace winnow
