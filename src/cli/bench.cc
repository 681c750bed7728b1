// winnow bench: how fast a model runs here, layer by layer.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/benchmark.h"
#include "app/models.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

struct BenchArguments {
  std::string model;
  std::string size;
  int threads = 0;
  int runs = BenchmarkOptions().runs;
  bool json = false;
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

int RunBench(const BenchArguments& arguments) {
  const Model model = LoadModel(arguments.model);
  const Size size = arguments.size.empty() ? DefaultSize(model.info) : ParseSize(arguments.size);
  BenchmarkOptions options;
  options.width = size.width;
  options.height = size.height;
  options.threads = ThreadsOf(arguments.threads);
  options.runs = arguments.runs;
  options.stop = CatchInterrupts();
  const BenchmarkReport report = Benchmark(model, options);
  if (arguments.json) {
    std::printf("%s\n", ToJson(model.info.name, options, report).dump(2).c_str());
  } else {
    Print(model.info.name, options, report);
  }
  return 0;
}

}  // namespace

CommandBody DeclareBench(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<BenchArguments>();
  app.add_option("-m,--model", a->model, "Model by name or file")->required();
  app.add_option("--size", a->size, "Input; default 320x180, for deblurring 1280x720");
  app.add_option("--runs", a->runs, "Runs to take the median of")->check(Between(1, 10000));
  AddThreads(app, a->threads);
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunBench(*a); };
}

}  // namespace winnow
