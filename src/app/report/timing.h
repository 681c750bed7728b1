// Timing several models fairly against each other.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "engine/session.h"
#include "graph/model.h"

namespace winnow {

struct TimingOptions {
  int width = 320;  // of the input
  int height = 180;
  int threads = 1;
  int runs = 9;  // of each model
  CostSource costs = CostSource::kCached;
  std::function<void(double)> on_progress;  // the fraction done, 0..1; may be empty
  const std::atomic<bool>* stop = nullptr;
};

// Median milliseconds of a run of each model on a synthetic input. The models run in turns, so that
// a slow spell of the machine meets all of them alike. Errors: Session's; kInterrupted.
std::vector<double> TimeInTurns(const std::vector<const Model*>& models,
                                const TimingOptions& options);

}  // namespace winnow
