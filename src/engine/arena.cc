#include "engine/arena.h"

#include <algorithm>
#include <numeric>

namespace winnow {

ArenaPlan PlanArena(const std::vector<ArenaBlock>& blocks) {
  // Largest first, each at the lowest place that is free during its life.
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].size > blocks[b].size; });

  ArenaPlan plan;
  plan.offsets.assign(blocks.size(), 0);
  std::vector<std::size_t> placed;  // by rising offset
  for (std::size_t i : order) {
    std::int64_t offset = 0;
    for (std::size_t p : placed) {
      const bool together = blocks[p].first <= blocks[i].last && blocks[i].first <= blocks[p].last;
      if (!together) continue;
      if (offset + blocks[i].size <= plan.offsets[p]) break;
      offset = std::max(offset, plan.offsets[p] + blocks[p].size);
    }
    plan.offsets[i] = offset;
    plan.size = std::max(plan.size, offset + blocks[i].size);
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), offset,
                         [&](std::int64_t o, std::size_t p) { return o < plan.offsets[p]; }),
        i);
  }
  return plan;
}

}  // namespace winnow
