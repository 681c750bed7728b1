// Runs stages on several threads.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "engine/stages.h"

namespace winnow {

// Does the rows [begin, end) of a step, numbered through all stages.
using RunBand = std::function<void(int step, int begin, int end)>;

// One run through stages, shared by the threads that call Work. A thread begins with the chunks at
// its place in the picture, the same in every stage, so that it finds in its cache what it made
// before, and goes on with those that nobody has begun. Of chunks that one thread does, the lower
// ones come first, because the upper ones wait for them; where one would wait for a chunk that
// nobody has begun, the thread does that one first. So any number of threads gets to the end.
class StageRun {
 public:
  // Both outlive the run.
  StageRun(const std::vector<Stage>& stages, const RunBand& run);

  // To be called once by thread `index` of `threads`. Returns when all is done, or throws what a
  // step has thrown; then other threads return early.
  void Work(int index, int threads);

 private:
  // On a cache line of its own: others look at it while its thread works.
  struct alignas(64) Progress {
    std::atomic<bool> begun = false;
    std::atomic<int> done = 0;  // items
  };

  void WorkOn(std::size_t stage, int index, int threads);
  void RunIfNew(std::size_t stage, int chunk);
  void WaitFor(const Progress& progress, int items) const;

  const std::vector<Stage>& stages_;
  const RunBand& run_;
  std::vector<std::vector<Progress>> progress_;  // by stage and chunk
  std::atomic<bool> failed_ = false;
};

// All of it, on at most `threads` threads.
void RunStages(const std::vector<Stage>& stages, int threads, const RunBand& run);

}  // namespace winnow
