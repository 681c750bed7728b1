// Restoring many files, one after the other; a bad one does not stop the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "app/executor.h"
#include "app/jobs.h"
#include "app/restorer.h"
#include "base/error.h"
#include "graph/model.h"

namespace winnow {

struct JobResult {
  enum class Status { kRestored, kSkipped, kFailed };
  Job job;
  Status status = Status::kRestored;
  int width = 0;  // of the output, as height
  int height = 0;
  double seconds = 0;                         // reading, restoring and writing
  std::optional<Error> error = std::nullopt;  // of a failed job; its message names the input
};

struct BatchOptions {
  RestoreOptions restore;
  std::int64_t max_pixels = 400'000'000;  // of an input
  std::optional<int> quality;             // of lossy output formats, 1..100
  std::function<void(const Job&)> on_start;
  std::function<void(const JobResult&)> on_result;
};

// One result a job, in order. Errors: kInterrupted only; what is wrong with one file is in its
// result.
std::vector<JobResult> RestoreFiles(const Model& model, const Runner& run,
                                    const std::vector<Job>& jobs, const BatchOptions& options);

}  // namespace winnow
