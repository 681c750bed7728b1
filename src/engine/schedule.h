// The order in which the bands of steps that follow each other run.
#pragma once

#include <vector>

#include "engine/bands.h"

namespace winnow {

// The first `items` items of a chunk.
struct ChunkPart {
  int chunk = 0;
  int items = 0;
};

// The rows [begin, end) of a step.
struct ScheduleItem {
  int step = 0;
  int begin = 0;
  int end = 0;
  std::vector<ChunkPart> after;  // must be done before, besides the items before it in its chunk
};

// What one thread does in this order.
using Chunk = std::vector<ScheduleItem>;

// All bands of the steps in at most `count` chunks, from the picture's top to its bottom. Each is a
// part of the picture, for all steps: a thread reads what it has written itself but for a few rows.
// In it, each band comes as soon as what it reads is made. Chunks wait for later ones only.
std::vector<Chunk> MakeSchedule(const std::vector<BandedStep>& steps, int count);

}  // namespace winnow
