// Packs blocks with known lives into one allocation.
#pragma once

#include <cstdint>
#include <vector>

namespace winnow {

// Live from step `first` to step `last`, both included.
struct ArenaBlock {
  std::int64_t size = 0;
  int first = 0;
  int last = 0;
};

struct ArenaPlan {
  std::vector<std::int64_t> offsets;  // by block
  std::int64_t size = 0;
};

// Blocks that are live at the same time never overlap. Sizes should be multiples of the alignment
// wanted; offsets then are.
ArenaPlan PlanArena(const std::vector<ArenaBlock>& blocks);

}  // namespace winnow
