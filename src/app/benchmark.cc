#include "app/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/input_size.h"
#include "base/error.h"
#include "base/random.h"
#include "base/timing.h"
#include "engine/calibrate.h"
#include "kernels/peak/peak.h"

namespace winnow {
namespace {

void StopIfAsked(const BenchmarkOptions& options) {
  if (options.stop && *options.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
}

std::vector<double> TimeRuns(Session& session, const Tensor& input,
                             const BenchmarkOptions& options) {
  std::vector<double> times;
  for (int i = 0; i < options.runs; ++i) {
    StopIfAsked(options);
    const auto start = std::chrono::steady_clock::now();
    session.Run(input);
    const auto end = std::chrono::steady_clock::now();
    times.push_back(std::chrono::duration<double, std::milli>(end - start).count());
  }
  return times;
}

std::vector<StepTime> TimeSteps(Session& session, const Tensor& input,
                                const BenchmarkOptions& options) {
  std::vector<std::vector<StepTime>> profiles;
  for (int i = 0; i < options.runs; ++i) {
    StopIfAsked(options);
    profiles.push_back(session.Profile(input));
  }
  std::vector<StepTime> steps = profiles.front();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<double> times;
    for (const auto& profile : profiles) times.push_back(profile[i].milliseconds);
    steps[i].milliseconds = Median(std::move(times));
  }
  return steps;
}

}  // namespace

BenchmarkReport Benchmark(const Model& model, const BenchmarkOptions& options) {
  if (options.runs < 1) throw Error(ErrorKind::kInvalidArgument, "at least one run is needed");
  Session session(model, {.threads = options.threads,
                          .costs = options.costs,
                          .expected_runs = 2.0 * options.runs,
                          .precision = options.precision});
  RequireMemory(model, session, options.width, options.height);
  const Tensor input = SyntheticInput(model, options.width, options.height);
  session.Run(input);  // makes the plan and touches the memory
  BenchmarkReport report;
  report.cpu = CpuName();
  report.isa = session.isa();
  const std::vector<double> times = TimeRuns(session, input, options);
  report.milliseconds = Median(times);
  report.fastest = std::ranges::min(times);
  report.peak_per_thread = MeasureFmaPeak();
  report.arena_bytes = session.arena_bytes();
  report.steps = TimeSteps(session, input, options);
  for (const StepTime& step : report.steps) report.gmacs += static_cast<double>(step.macs) / 1e9;
  report.fraction_of_peak =
      report.gmacs / (report.milliseconds / 1e3) / (report.peak_per_thread * options.threads);
  return report;
}

Model WithRandomWeights(Model model) {
  Random random(1);
  model.weights.clear();
  model.patterns.clear();
  for (const Param& param : model.graph.params()) {
    Tensor& weight = model.weights.emplace_back(param.shape);
    const double terms = static_cast<double>(weight.size()) / static_cast<double>(weight.dim(0));
    for (float& v : weight.data) v = static_cast<float>(random.Normal() / std::sqrt(terms));
  }
  return model;
}

Tensor SyntheticInput(const Model& model, int width, int height) {
  Random random(1);
  Tensor input({model.graph.input_channels(), height, width});
  for (float& value : input.data) {
    value = static_cast<float>(random.Uniform() - 0.5) * model.info.pixel_range;
  }
  return input;
}

}  // namespace winnow
