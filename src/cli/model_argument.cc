#include "cli/model_argument.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/models.h"
#include "base/error.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "networks/registry.h"

namespace winnow {
namespace {

bool IsNetwork(const std::string& name) {
  return std::ranges::any_of(Networks(), [&](const NetworkRow& row) { return row.name == name; });
}

}  // namespace

void AddNetworkOptions(CLI::App& app, ModelArgument& argument) {
  app.add_option("-s,--scale", argument.scale, "Of a network by name")->check(Between(1, 64));
  app.add_option("--set", argument.settings, "A setting of a network by name, such as width=48");
}

Model FindModelOrNetwork(const ModelArgument& argument) {
  const std::string& name = argument.name;
  if (IsNetwork(name) && !std::filesystem::is_regular_file(name)) {
    return BuildNetwork(name, {argument.scale, ParseSettings(argument.settings)});
  }
  if (argument.scale != 0 || !argument.settings.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                name + ": --scale and --set are for networks by name; a model has its own");
  }
  return LoadModel(name);
}

Model FindModelToTime(const ModelArgument& argument) {
  Model model = FindModelOrNetwork(argument);
  return model.weights.empty() ? WithRandomWeights(std::move(model)) : model;
}

BenchmarkOptions TimingOptions(const Model& model, const std::string& size, int threads) {
  const InputSize extent = size.empty() ? QuotedSize(model.info) : ParseSize(size);
  BenchmarkOptions options;
  options.width = extent.width;
  options.height = extent.height;
  options.threads = ThreadsOf(threads);
  options.costs = CostSource::kMeasured;
  options.stop = CatchInterrupts();
  return options;
}

}  // namespace winnow
