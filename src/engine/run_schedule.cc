#include "engine/run_schedule.h"

#include <thread>

#include "base/parallel.h"

namespace winnow {
namespace {

// Looks at a flag before the thread lets others have the processor.
constexpr int kSpins = 2000;

void WaitFor(const std::atomic<bool>& done) {
  for (int spin = 0; !done.load(std::memory_order_acquire); ++spin) {
    if (spin >= kSpins) std::this_thread::yield();
  }
}

}  // namespace

ScheduleRun::ScheduleRun(const std::vector<ScheduleItem>& items, const RunBand& run)
    : items_(items), run_(run), done_(items.size()) {}

void ScheduleRun::Work() {
  for (std::size_t i = next_++; i < items_.size(); i = next_++) {
    const ScheduleItem& item = items_[i];
    for (const BandRange& range : item.after) {
      for (int b = range.first; b <= range.last; ++b) WaitFor(done_[b]);
    }
    run_(item.step, item.begin, item.end);
    done_[item.band].store(true, std::memory_order_release);
  }
}

void RunSchedule(const std::vector<ScheduleItem>& items, int threads, const RunBand& run) {
  if (threads <= 1 || items.size() <= 1) {
    for (const ScheduleItem& item : items) run(item.step, item.begin, item.end);
    return;
  }
  ScheduleRun shared(items, run);
  ParallelFor(threads, threads, [&](int) { shared.Work(); });
}

}  // namespace winnow
