#include "app/report/timing.h"

#include <chrono>

#include "app/benchmark.h"
#include "base/error.h"
#include "base/timing.h"
#include "tensor/tensor.h"

namespace winnow {
namespace {

struct Contestant {
  Session session;
  Tensor input;
  std::vector<double> times = {};
};

double TimeOneRun(Contestant& contestant) {
  const auto start = std::chrono::steady_clock::now();
  contestant.session.Run(contestant.input);
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  return elapsed.count();
}

}  // namespace

std::vector<double> TimeInTurns(const std::vector<const Model*>& models,
                                const TimingOptions& options) {
  std::vector<Contestant> contestants;
  for (const Model* model : models) {
    contestants.push_back({Session(*model, {.threads = options.threads,
                                            .costs = options.costs,
                                            .expected_runs = 2.0 * options.runs}),
                           SyntheticInput(*model, options.width, options.height)});
  }
  for (int run = 0; run <= options.runs; ++run) {
    for (Contestant& contestant : contestants) {
      if (options.stop && *options.stop) throw Error(ErrorKind::kInterrupted, "interrupted");
      const double ms = TimeOneRun(contestant);
      if (run > 0) contestant.times.push_back(ms);  // the first one makes the plan
    }
    if (options.on_progress) options.on_progress(static_cast<double>(run) / options.runs);
  }
  std::vector<double> medians;
  for (Contestant& contestant : contestants) medians.push_back(Median(std::move(contestant.times)));
  return medians;
}

}  // namespace winnow
