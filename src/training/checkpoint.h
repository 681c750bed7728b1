// Everything a training run needs to go on exactly where it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "graph/graph.h"
#include "training/sparsity_state.h"

namespace winnow {

// The learned values and what Adam remembers of them, each by ParamId.
struct OptimiserState {
  std::vector<Tensor> weights;
  std::vector<Tensor> average;  // exponential moving average of the weights; empty: none is kept
  std::vector<Tensor> moment1;
  std::vector<Tensor> moment2;
  std::int64_t updates = 0;        // steps that changed the weights
  std::int64_t average_start = 0;  // `updates` when the average began
  bool operator==(const OptimiserState&) const = default;
};

struct RunState {
  std::int64_t step = 0;  // steps done
  Random::State random = {};
  std::int64_t skipped = 0;         // steps without an update, for a non-finite loss or gradient
  std::int64_t skipped_in_row = 0;  // up to now
  double loss_sum = 0;              // since the last report
  std::int64_t loss_count = 0;
  double seconds = 0;  // spent training, over all sessions
  bool operator==(const RunState&) const = default;
};

struct Checkpoint {
  RunState run;
  OptimiserState optimiser;
  std::optional<SparsityState> sparsity;  // of sparse training only
  // What the run depends on (recipe and data), by name; a run that resumes must agree.
  std::map<std::string, std::string> conditions;
  bool operator==(const Checkpoint&) const = default;
};

// One safetensors file, replaced as a whole. Errors: kIo.
void WriteCheckpoint(const Checkpoint& checkpoint, const Graph& graph,
                     const std::filesystem::path& path);

// Bit for bit what was written. Errors: kNotFound, kCorrupt, and kInvalidArgument naming the first
// of `conditions` that was different when the checkpoint was made.
Checkpoint ReadCheckpoint(const std::filesystem::path& path, const Graph& graph,
                          const std::map<std::string, std::string>& conditions);

}  // namespace winnow
