// How long each layer that may be pruned takes with N of M weights kept.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "engine/session.h"
#include "graph/model.h"
#include "sparsity/latency_table.h"

namespace winnow {

struct LatencyOptions {
  int width = 320;  // of the input
  int height = 180;
  int threads = 1;
  int m = 32;
  std::vector<int> n;  // to measure, besides 1 and m
  int rounds = 5;      // through all n, of which medians are taken
  CostSource costs = CostSource::kCached;
  std::function<void(double)> on_progress;  // the fraction done, 0..1; may be empty
  const std::atomic<bool>* stop = nullptr;
};

// Powers of two below m.
std::vector<int> UsualN(int m);

// Only the model's graph counts: its weights are replaced by random ones. Layers are timed inside
// the network while it runs as always, all of them with the same N; those of equal shape share a
// time. What the table predicts is then checked with a random N for each layer. Errors:
// kInvalidArgument for an N outside 1..m or a network without such layers; Session's and
// RequireMemory's; kInterrupted.
LatencyTable MeasureLatencies(const Model& model, const LatencyOptions& options);

}  // namespace winnow
