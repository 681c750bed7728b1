#include "cli/plan_report.h"

#include "cli/table.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

// Of the multiply-adds with weights other than zero.
double PercentOfPeak(const StepTime& step, double peak) {
  if (step.milliseconds <= 0) return 0;
  return 100 * static_cast<double>(step.macs) / 1e6 / step.milliseconds / peak;
}

// Milliseconds.
struct Sum {
  double predicted = 0;     // of the steps that have a prediction; 0: none has
  double foreseen = 0;      // what these took
  double convolutions = 0;  // what all of these took
  double measured = 0;      // what all steps took
};

Sum SumOf(const BenchmarkReport& report) {
  Sum sum;
  for (const StepTime& step : report.steps) {
    sum.measured += step.milliseconds;
    if (step.macs > 0) sum.convolutions += step.milliseconds;
    if (step.predicted_ms <= 0) continue;
    sum.predicted += step.predicted_ms;
    sum.foreseen += step.milliseconds;
  }
  return sum;
}

std::string ConvolutionText(const Sum& sum) {
  if (sum.predicted == 0) {
    return "convolutions: measured " + Milliseconds(sum.convolutions) + " ms, not predicted";
  }
  return "convolutions: predicted " + Milliseconds(sum.predicted) + " ms, measured " +
         Milliseconds(sum.foreseen);
}

int GroupCount(const BenchmarkReport& report) {
  return report.steps.empty() ? 0 : report.steps.back().group + 1;
}

}  // namespace

std::string PlanText(const std::string& name, const BenchmarkOptions& options,
                     const BenchmarkReport& report) {
  const double peak = report.peak_per_thread * options.threads;
  std::vector<std::vector<std::string>> rows = {
      {"group", "layer", "kernel", "why", "predicted ms", "measured ms", "% of peak"}};
  for (const StepTime& step : report.steps) {
    rows.push_back({std::to_string(step.group), step.node, step.kernel, step.why,
                    step.predicted_ms > 0 ? Milliseconds(step.predicted_ms) : "-",
                    Milliseconds(step.milliseconds),
                    step.macs > 0 ? Fixed(PercentOfPeak(step, peak), 0) : "-"});
  }
  const Sum sum = SumOf(report);
  const std::string threads =
      std::to_string(options.threads) + (options.threads == 1 ? " thread" : " threads");
  return FormatTable(rows, {1, 2, 3}) + "\n" + name + " on " + report.cpu + ", " + report.isa +
         ", " + threads + ", input " + std::to_string(options.width) + "x" +
         std::to_string(options.height) + "\n" + std::to_string(report.steps.size()) +
         " steps in " + std::to_string(GroupCount(report)) + " groups, results take " +
         Fixed(static_cast<double>(report.arena_bytes) / (1 << 20), 1) + " MiB\n" +
         ConvolutionText(sum) + "; all steps " + Milliseconds(sum.measured) + "; a run " +
         Milliseconds(report.milliseconds) + " ms, " + Fixed(100 * report.fraction_of_peak, 0) +
         " % of the peak of " + Fixed(report.peak_per_thread, 1) + " GMAC/s a thread\n";
}

Json PlanJson(const std::string& name, const BenchmarkOptions& options,
              const BenchmarkReport& report) {
  const double peak = report.peak_per_thread * options.threads;
  const Sum sum = SumOf(report);
  Json steps = Json::array();
  for (const StepTime& step : report.steps) {
    Json json = {{"group", step.group},       {"layer", step.node},
                 {"kernel", step.kernel},     {"why", step.why},
                 {"predicted_ms", nullptr},   {"measured_ms", step.milliseconds},
                 {"nonzero_macs", step.macs}, {"percent_of_peak", PercentOfPeak(step, peak)}};
    if (step.predicted_ms > 0) json["predicted_ms"] = step.predicted_ms;
    steps.push_back(std::move(json));
  }
  Json json = {{"model", name},
               {"width", options.width},
               {"height", options.height},
               {"threads", options.threads},
               {"cpu", report.cpu},
               {"isa", report.isa},
               {"groups", GroupCount(report)},
               {"arena_bytes", report.arena_bytes},
               {"peak_gmacs_per_second_per_thread", report.peak_per_thread},
               {"predicted_convolutions_ms", nullptr},
               {"measured_convolutions_ms", sum.convolutions},
               {"steps_ms", sum.measured},
               {"ms", report.milliseconds},
               {"fraction_of_peak", report.fraction_of_peak},
               {"steps", steps}};
  if (sum.predicted > 0) {
    json["predicted_convolutions_ms"] = sum.predicted;
    json["measured_convolutions_ms"] = sum.foreseen;
  }
  return json;
}

}  // namespace winnow
