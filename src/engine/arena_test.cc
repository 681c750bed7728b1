#include "engine/arena.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace winnow {
namespace {

TEST(Arena, NothingNeedsNothing) { EXPECT_EQ(PlanArena({}).size, 0); }

TEST(Arena, BlocksThatNeverMeetShare) {
  const ArenaPlan plan = PlanArena({{64, 0, 1}, {64, 2, 3}, {32, 1, 2}});
  EXPECT_EQ(plan.size, 96);
  EXPECT_EQ(plan.offsets[0], plan.offsets[1]);
}

TEST(Arena, BlocksThatMeetNeverOverlap) {
  Random random(1);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<ArenaBlock> blocks;
    for (int i = 0; i < 30; ++i) {
      const int first = static_cast<int>(random.Below(20));
      blocks.push_back({static_cast<std::int64_t>(16 * random.Below(9)), first,
                        first + static_cast<int>(random.Below(6))});
    }
    const ArenaPlan plan = PlanArena(blocks);
    for (std::size_t a = 0; a < blocks.size(); ++a) {
      EXPECT_LE(plan.offsets[a] + blocks[a].size, plan.size);
      for (std::size_t b = 0; b < a; ++b) {
        if (blocks[a].last < blocks[b].first || blocks[b].last < blocks[a].first) continue;
        EXPECT_TRUE(plan.offsets[a] + blocks[a].size <= plan.offsets[b] ||
                    plan.offsets[b] + blocks[b].size <= plan.offsets[a]);
      }
    }
  }
}

}  // namespace
}  // namespace winnow
