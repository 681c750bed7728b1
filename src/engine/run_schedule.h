// Runs the bands of steps on several threads.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "engine/schedule.h"

namespace winnow {

// Does one item; must not throw where items come after others.
using RunBand = std::function<void(int step, int begin, int end)>;

// One pass through a schedule, shared by the threads that call Work. Each takes the next item of
// the list and waits until those that it comes after are done; as they are earlier in the list,
// somebody works on them.
class ScheduleRun {
 public:
  // Both outlive the run.
  ScheduleRun(const std::vector<ScheduleItem>& items, const RunBand& run);

  // Returns when no item is left to take; others may still be at work.
  void Work();

 private:
  const std::vector<ScheduleItem>& items_;
  const RunBand& run_;
  std::vector<std::atomic<bool>> done_;  // by band
  std::atomic<std::size_t> next_ = 0;
};

// All of it, on at most `threads` threads.
void RunSchedule(const std::vector<ScheduleItem>& items, int threads, const RunBand& run);

}  // namespace winnow
