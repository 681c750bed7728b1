// Steps that follow each other through the picture.
#pragma once

#include <vector>

#include "engine/schedule.h"
#include "engine/step.h"

namespace winnow {

// Consecutive steps by rows, or one of another kind. A stage begins when the one before is done.
struct Stage {
  int begin = 0;  // steps [begin, end)
  int end = 0;
  std::vector<Chunk> chunks;  // steps are counted from `begin`
};

// Appends the stages of the last steps, those from `begin` on, which are of a group. They do `band`
// rows at a time; `threads` will run them.
void AddStages(const std::vector<Step>& steps, int begin, int band, int threads,
               std::vector<Stage>& stages);

}  // namespace winnow
