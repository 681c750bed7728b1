#include "engine/run_schedule.h"

#include <thread>

#include "base/parallel.h"

namespace winnow {
namespace {

// Looks at a counter before the thread lets others have the processor.
constexpr int kSpins = 2000;

}  // namespace

StageRun::StageRun(const std::vector<Stage>& stages, const RunBand& run)
    : stages_(stages), run_(run) {
  for (const Stage& stage : stages) progress_.emplace_back(stage.chunks.size());
}

void StageRun::Work(int index, int threads) {
  try {
    for (std::size_t s = 0; s < stages_.size() && !failed_; ++s) WorkOn(s, index, threads);
  } catch (...) {
    failed_ = true;
    throw;
  }
}

void StageRun::WorkOn(std::size_t stage, int index, int threads) {
  const std::vector<Chunk>& chunks = stages_[stage].chunks;
  const int count = static_cast<int>(chunks.size());
  const int last = (index + 1) * count / threads - 1;  // of those at the thread's place
  for (int i = 0; i < count; ++i) RunIfNew(stage, (last - i + count) % count);
  for (int c = 0; c < count; ++c) {
    WaitFor(progress_[stage][c], static_cast<int>(chunks[c].size()));
  }
}

void StageRun::RunIfNew(std::size_t stage, int chunk) {
  std::vector<Progress>& progress = progress_[stage];
  if (progress[chunk].begun.exchange(true)) return;
  for (const ScheduleItem& item : stages_[stage].chunks[chunk]) {
    for (const ChunkPart& part : item.after) {
      RunIfNew(stage, part.chunk);
      WaitFor(progress[part.chunk], part.items);
    }
    if (failed_) return;
    run_(stages_[stage].begin + item.step, item.begin, item.end);
    progress[chunk].done.fetch_add(1, std::memory_order_release);
  }
}

void StageRun::WaitFor(const Progress& progress, int items) const {
  for (int spin = 0; progress.done.load(std::memory_order_acquire) < items && !failed_; ++spin) {
    if (spin >= kSpins) std::this_thread::yield();
  }
}

void RunStages(const std::vector<Stage>& stages, int threads, const RunBand& run) {
  StageRun shared(stages, run);
  ParallelFor(threads, threads, [&](int index) { shared.Work(index, threads); });
}

}  // namespace winnow
