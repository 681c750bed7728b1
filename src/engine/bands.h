// Steps in bands of rows, as a schedule sees them.
#pragma once

#include <vector>

#include "engine/rows.h"

namespace winnow {

struct BandedStep {
  struct Input {
    int step = 0;  // that makes it, an earlier one
    RowSpan rows;
  };
  int rows = 0;
  int band = 1;     // rows done together
  double work = 1;  // of a row, in any unit that the steps share
  RowSpan writes = {};
  std::vector<Input> inputs = {};
};

// Bands [first, last] of a step.
struct BandRange {
  int first = 0;
  int last = 0;
};

int BandCount(const BandedStep& step);

// The bands of `maker`, which makes `input`, that write a row which band `band` of `step` reads.
// Beyond the picture's edge it reads what comes with the outermost row.
BandRange BandsRead(const BandedStep& step, int band, const BandedStep::Input& input,
                    const BandedStep& maker);

}  // namespace winnow
