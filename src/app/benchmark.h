// How fast a model runs on this machine.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/session.h"
#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

struct BenchmarkOptions {
  int width = 320;  // of the input
  int height = 180;
  int threads = 1;
  int runs = 5;  // timed ones, after one that is not
  CostSource costs = CostSource::kCached;
  Precision precision = Precision::kExact;
  const std::atomic<bool>* stop = nullptr;
};

struct BenchmarkReport {
  std::string cpu;  // as the kernel names it
  std::string isa;
  double milliseconds = 0;       // of a run: median
  double fastest = 0;            // of a run
  double gmacs = 0;              // multiply-adds of a run / 1e9, with weights other than zero
  double peak_per_thread = 0;    // multiply-adds a second / 1e9 that one thread can do at most
  double fraction_of_peak = 0;   // of all threads; 0..1
  std::int64_t arena_bytes = 0;  // of all results between input and output
  std::vector<StepTime> steps;   // medians, in the order of execution
};

// Runs the model on a synthetic input. Errors: Session's and RequireMemory's; kInterrupted.
BenchmarkReport Benchmark(const Model& model, const BenchmarkOptions& options);

// The model with all weights replaced by random ones under which signals neither vanish nor
// explode, none of them zero.
Model WithRandomWeights(Model model);

// Noise of the range that the network takes.
Tensor SyntheticInput(const Model& model, int width, int height);

}  // namespace winnow
