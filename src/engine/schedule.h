// The order in which the bands of steps that follow each other run.
#pragma once

#include <vector>

#include "engine/rows.h"

namespace winnow {

// A step by rows, as the schedule sees it.
struct BandedStep {
  struct Input {
    int step = 0;  // that makes it, an earlier one
    RowSpan rows;
  };
  int rows = 0;
  int band = 1;  // rows done together
  RowSpan writes;
  std::vector<Input> inputs;
};

// Bands of a step, numbered through all steps.
struct BandRange {
  int first = 0;
  int last = 0;
};

// The rows [begin, end) of a step.
struct ScheduleItem {
  int step = 0;
  int band = 0;
  int begin = 0;
  int end = 0;
  std::vector<BandRange> after;  // must be done before; all earlier in the list
};

// All bands, each as soon as what it reads is made `slack` items earlier or more, or as soon as
// nothing else can be done: threads that take items from the list in order then rarely wait.
std::vector<ScheduleItem> MakeSchedule(const std::vector<BandedStep>& steps, int slack);

}  // namespace winnow
