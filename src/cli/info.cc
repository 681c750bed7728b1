// winnow info: what a model is made of and what it costs.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/models.h"
#include "app/summary.h"
#include "cli/commands.h"
#include "cli/executors.h"
#include "cli/interrupt.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/plan_report.h"
#include "cli/table.h"
#include "networks/registry.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

struct InfoArguments {
  ModelArgument model;  // no name: list what there is
  std::string size;
  int threads = 0;
  std::string precision = "exact";
  bool plan = false;
  bool dump = false;
  bool json = false;
};

std::string Extent(const Dims& dims) {
  return std::to_string(dims.channels) + " x " + std::to_string(dims.height) + " x " +
         std::to_string(dims.width);
}

std::string PatternText(const LayerSummary& layer) {
  return layer.pattern ? ToString(*layer.pattern) : "dense";
}

void PrintLayers(const ModelSummary& summary) {
  std::vector<std::vector<std::string>> rows = {
      {"layer", "operator", "weight", "output", "N:M", "weights", "non-zero", "MMACs"}};
  for (const LayerSummary& layer : summary.layers) {
    rows.push_back({layer.name, layer.op, ToString(layer.weight), Extent(layer.output),
                    PatternText(layer), Grouped(layer.weights),
                    summary.has_weights ? Grouped(layer.nonzero) : "-",
                    Fixed(static_cast<double>(layer.macs) / 1e6, 1)});
  }
  std::printf("%s\n", FormatTable(rows, {0, 1, 2, 3}).c_str());
}

std::string ReceptiveFieldText(const ReceptiveField& field) {
  if (!field.finite) return "the whole picture (" + field.reason + ")";
  return std::to_string(field.halo) + " pixels beyond on each side, alignment " +
         std::to_string(field.alignment);
}

void PrintSummary(const ModelInfo& info, const ModelSummary& summary) {
  const Cost& cost = summary.cost;
  std::vector<std::vector<std::string>> rows = {
      {"model", info.name},
      {"network", info.network},
      {"task", info.task + ", x" + std::to_string(info.scale)},
      {"pixels", info.colour + ", 0.." + Fixed(info.pixel_range, 0)},
      {"licence", info.licence.empty() ? "unknown" : info.licence},
      {"input", Extent(summary.input)},
      {"output", Extent(summary.output)},
      {"receptive field", ReceptiveFieldText(summary.field)},
      {"parameters", Grouped(cost.params)},
      {"conv weights", Grouped(cost.conv_weights)},
      {"conv GMACs", Fixed(static_cast<double>(cost.conv_macs) / 1e9, 3)},
      {"paper-rule GMACs", Fixed(static_cast<double>(cost.paper_macs) / 1e9, 3)}};
  if (summary.has_weights) {
    rows.push_back({"non-zero weights", Grouped(summary.nonzero)});
    rows.push_back({"non-zero GMACs", Fixed(summary.nonzero_macs / 1e9, 3)});
  }
  for (const auto& [key, value] : info.provenance) rows.push_back({key, value});
  std::printf("%s", FormatTable(rows, {0, 1}).c_str());
}

Json ToJson(const Dims& dims) { return {dims.channels, dims.height, dims.width}; }

Json ToJson(const LayerSummary& layer, bool has_weights) {
  Json json = {
      {"name", layer.name},     {"operator", layer.op},     {"weight", layer.weight},
      {"stride", layer.stride}, {"groups", layer.groups},   {"output", ToJson(layer.output)},
      {"pattern", nullptr},     {"weights", layer.weights}, {"macs", layer.macs}};
  if (layer.pattern) json["pattern"] = ToString(*layer.pattern);
  if (has_weights) json["nonzero_weights"] = layer.nonzero;
  return json;
}

Json ToJson(const ReceptiveField& field) {
  if (!field.finite) return {{"finite", false}, {"reason", field.reason}};
  return {{"finite", true}, {"halo", field.halo}, {"alignment", field.alignment}};
}

Json ToJson(const ModelInfo& info, const ModelSummary& summary) {
  Json json = {{"model", info.name},
               {"network", info.network},
               {"task", info.task},
               {"scale", info.scale},
               {"pixel_range", info.pixel_range},
               {"mean", info.mean},
               {"colour", info.colour},
               {"licence", info.licence},
               {"provenance", info.provenance},
               {"input", ToJson(summary.input)},
               {"output", ToJson(summary.output)},
               {"receptive_field", ToJson(summary.field)},
               {"params", summary.cost.params},
               {"conv_weights", summary.cost.conv_weights},
               {"conv_macs", summary.cost.conv_macs},
               {"paper_macs", summary.cost.paper_macs}};
  if (summary.has_weights) {
    json["nonzero_weights"] = summary.nonzero;
    json["nonzero_macs"] = summary.nonzero_macs;
  }
  json["layers"] = Json::array();
  for (const LayerSummary& layer : summary.layers) {
    json["layers"].push_back(ToJson(layer, summary.has_weights));
  }
  return json;
}

int ListEverything(bool as_json) {
  Json models = ModelNames();
  Json networks = Json::object();
  for (const NetworkRow& row : Networks()) networks[row.name] = row.description;
  if (as_json) {
    std::printf("%s\n", Json{{"models", models}, {"networks", networks}}.dump(2).c_str());
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : ModelNames()) rows.push_back({name, "built-in model"});
  for (const NetworkRow& row : Networks()) rows.push_back({row.name, row.description});
  std::printf("%s", FormatTable(rows, {0, 1}).c_str());
  return 0;
}

// Runs the model to say what the engine makes of it here.
int ShowPlan(const InfoArguments& arguments) {
  const Model model = FindModelToTime(arguments.model);
  BenchmarkOptions options = TimingOptions(model, arguments.size, arguments.threads);
  options.precision = ParsePrecision(arguments.precision);
  const BenchmarkReport report = Benchmark(model, options);
  if (arguments.json) {
    std::printf("%s\n", PlanJson(model.info.name, options, report).dump(2).c_str());
  } else {
    std::printf("%s", PlanText(model.info.name, options, report).c_str());
  }
  return 0;
}

int RunInfo(const InfoArguments& arguments) {
  if (arguments.model.name.empty()) return ListEverything(arguments.json);
  if (arguments.plan) return ShowPlan(arguments);
  const Model model = FindModelOrNetwork(arguments.model);
  if (arguments.dump) {
    std::printf("%s", Dump(model.graph).c_str());
    return 0;
  }
  const InputSize size =
      arguments.size.empty() ? QuotedSize(model.info) : ParseSize(arguments.size);
  const ModelSummary summary = Summarize(model, size.height, size.width);
  if (arguments.json) {
    std::printf("%s\n", ToJson(model.info, summary).dump(2).c_str());
  } else {
    PrintLayers(summary);
    PrintSummary(model.info, summary);
  }
  return 0;
}

}  // namespace

CommandBody DeclareInfo(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<InfoArguments>();
  app.add_option("model", a->model.name,
                 "Model by name or file, or a network by name; left out: lists them");
  app.add_option(
      "--size", a->size,
      "Input for which costs are counted; default 320x180, where the extent is kept 1280x720");
  AddNetworkOptions(app, a->model);
  CLI::Option* plan = app.add_flag(
      "--plan", a->plan, "How the engine runs it here: kernels, why, times predicted and measured");
  AddThreads(app, a->threads)->needs(plan);
  AddPrecision(app, a->precision)->needs(plan);
  app.add_flag("--dump", a->dump, "The graph as text, nothing else")->excludes(plan);
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunInfo(*a); };
}

}  // namespace winnow
