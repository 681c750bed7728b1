// winnow bench: how fast a model runs here, layer by layer.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/benchmark.h"
#include "app/latency.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/executors.h"
#include "cli/interrupt.h"
#include "cli/model_argument.h"
#include "cli/options.h"
#include "cli/table.h"
#include "engine/calibrate.h"
#include "engine/cost_cache.h"
#include "formats/latency_json.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

struct BenchArguments {
  ModelArgument model;
  std::string size;
  int threads = 0;
  std::string precision = "exact";
  int runs = BenchmarkOptions().runs;
  bool calibrate = false;
  bool layers = false;
  int m = LatencyOptions().m;
  std::vector<int> n;
  std::string output;
  bool force = false;
  bool json = false;
  Console console;
};

double GmacsPerSecond(const StepTime& step) {
  return step.milliseconds > 0 ? static_cast<double>(step.macs) / 1e6 / step.milliseconds : 0;
}

void Print(const std::string& name, const BenchmarkOptions& options,
           const BenchmarkReport& report) {
  const double peak = report.peak_per_thread * options.threads;
  std::vector<std::vector<std::string>> rows = {
      {"layer", "kernel", "ms", "MMACs", "GMAC/s", "% of peak"}};
  for (const StepTime& step : report.steps) {
    const bool counts = step.macs > 0;
    rows.push_back({step.node, step.kernel, Fixed(step.milliseconds, 3),
                    counts ? Fixed(static_cast<double>(step.macs) / 1e6, 1) : "-",
                    counts ? Fixed(GmacsPerSecond(step), 1) : "-",
                    counts ? Fixed(100 * GmacsPerSecond(step) / peak, 0) : "-"});
  }
  std::printf("%s\n", FormatTable(rows, {0, 1}).c_str());
  std::printf("%s on %s, %s, %d thread%s, input %dx%d\n", name.c_str(), report.cpu.c_str(),
              report.isa.c_str(), options.threads, options.threads == 1 ? "" : "s", options.width,
              options.height);
  std::printf(
      "%.2f ms (median of %d; fastest %.2f), %.3f GMACs, %.1f GMAC/s, %.0f %% of the peak of "
      "%.1f GMAC/s a thread\n",
      report.milliseconds, options.runs, report.fastest, report.gmacs,
      report.gmacs / report.milliseconds * 1e3, 100 * report.fraction_of_peak,
      report.peak_per_thread);
}

Json ToJson(const std::string& name, const BenchmarkOptions& options,
            const BenchmarkReport& report) {
  Json layers = Json::array();
  for (const StepTime& step : report.steps) {
    layers.push_back({{"name", step.node},
                      {"kernel", step.kernel},
                      {"ms", step.milliseconds},
                      {"macs", step.macs},
                      {"gmacs_per_second", GmacsPerSecond(step)}});
  }
  return {{"model", name},
          {"width", options.width},
          {"height", options.height},
          {"threads", options.threads},
          {"runs", options.runs},
          {"cpu", report.cpu},
          {"isa", report.isa},
          {"ms", report.milliseconds},
          {"ms_fastest", report.fastest},
          {"gmacs", report.gmacs},
          {"gmacs_per_second", report.gmacs / report.milliseconds * 1e3},
          {"peak_gmacs_per_second_per_thread", report.peak_per_thread},
          {"fraction_of_peak", report.fraction_of_peak},
          {"layers", layers}};
}

void PrintCosts(Isa isa, const CostModel& costs) {
  std::vector<std::vector<std::string>> rows = {
      {"kernel", "multiply-add", "input", "result", "channel"}};
  for (const auto& [name, cost] : costs.kernels) {
    rows.push_back({name, Fixed(cost.mac, 2), Fixed(cost.input, 2), Fixed(cost.result, 1),
                    Fixed(cost.channel, 1)});
  }
  std::printf("%s\n", FormatTable(rows).c_str());
  std::printf("%s, %s, peak %.1f GMAC/s a thread; code for a weight costs %.0f multiply-adds\n",
              CpuName().c_str(), std::string(Name(isa)).c_str(), costs.peak, costs.generation);
}

int CalibrateNow(const BenchArguments& arguments) {
  const Isa isa = ChooseIsa();
  const CostModel costs = Recalibrate(isa);
  if (arguments.json) {
    std::printf("%s\n", CostsToJson(costs, CalibrationKey(isa)).c_str());
  } else {
    PrintCosts(isa, costs);
  }
  return 0;
}

void PrintLatencies(const LatencyTable& table) {
  std::vector<std::vector<std::string>> rows = {{"layer"}};
  std::vector<int> shown;
  for (int n = 1; n <= table.m; ++n) {
    if (!table.layers.front().measured[n - 1]) continue;
    shown.push_back(n);
    rows[0].push_back(std::to_string(n) + ":" + std::to_string(table.m));
  }
  for (const LayerLatency& layer : table.layers) {
    rows.push_back({layer.name});
    for (int n : shown) rows.back().push_back(Fixed(layer.ms[n - 1], 3));
  }
  std::printf("%s\n", FormatTable(rows).c_str());
  std::printf("milliseconds; all other operators take %.2f\n", table.rest_ms);
  std::printf("checked with an N of its own for each layer: predicted %.2f, measured %.2f\n",
              table.predicted_ms, table.checked_ms);
}

int MeasureLayers(BenchArguments& arguments) {
  RefuseToOverwrite(arguments.output, arguments.force);
  if (!arguments.output.empty()) RequireWritable(arguments.output);
  const Model model = FindModelOrNetwork(arguments.model);
  const InputSize size =
      arguments.size.empty() ? QuotedSize(model.info) : ParseSize(arguments.size);
  LatencyOptions options;
  options.width = size.width;
  options.height = size.height;
  options.threads = ThreadsOf(arguments.threads);
  options.m = arguments.m;
  options.n = arguments.n.empty() ? UsualN(arguments.m) : arguments.n;
  options.rounds = arguments.runs;
  options.costs = CostSource::kMeasured;
  options.stop = CatchInterrupts();
  options.on_progress = [&](double fraction) {
    arguments.console.Progress("layers: " + Fixed(100 * fraction, 0) + " %");
  };
  const LatencyTable table = MeasureLatencies(model, options);
  arguments.console.EndProgress();
  if (arguments.json) {
    std::printf("%s\n", LatencyToJson(table).c_str());
  } else {
    PrintLatencies(table);
  }
  if (!arguments.output.empty()) WriteLatencyTable(table, arguments.output);
  return 0;
}

int TimeModel(const BenchArguments& arguments) {
  const Model model = FindModelToTime(arguments.model);
  BenchmarkOptions options = TimingOptions(model, arguments.size, arguments.threads);
  options.runs = arguments.runs;
  options.precision = ParsePrecision(arguments.precision);
  const BenchmarkReport report = Benchmark(model, options);
  if (arguments.json) {
    std::printf("%s\n", ToJson(model.info.name, options, report).dump(2).c_str());
  } else {
    Print(model.info.name, options, report);
  }
  return 0;
}

int RunBench(BenchArguments& arguments) {
  if (arguments.calibrate) return CalibrateNow(arguments);
  if (arguments.model.name.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "which model? Give one with -m");
  }
  return arguments.layers ? MeasureLayers(arguments) : TimeModel(arguments);
}

}  // namespace

CommandBody DeclareBench(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<BenchArguments>();
  CLI::Option* model =
      app.add_option("-m,--model", a->model.name, "Model by name or file, or a network by name");
  AddNetworkOptions(app, a->model);
  app.add_option("--size", a->size, "Input; default 320x180, where the extent is kept 1280x720");
  app.add_option("--runs", a->runs, "Runs to take the median of")->check(Between(1, 10000));
  AddThreads(app, a->threads);
  AddPrecision(app, a->precision);
  app.add_flag("--calibrate", a->calibrate, "Measure what kernels cost on this machine, now")
      ->excludes(model);
  CLI::Option* layers = app.add_flag(
      "--layers", a->layers, "Time every layer that may be pruned with N of M weights kept");
  app.add_option("--m", a->m, "The M of --layers; default 32")
      ->check(Between(1, 256))
      ->needs(layers);
  app.add_option("--n", a->n, "Ns to measure; default powers of two. 1 and M always are")
      ->delimiter(',')
      ->needs(layers);
  CLI::Option* output =
      app.add_option("-o,--output", a->output, "File for the table of --layers")->needs(layers);
  app.add_flag("--force", a->force, "Overwrite the output")->needs(output);
  a->console.AddOptions(app);
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunBench(*a); };
}

}  // namespace winnow
