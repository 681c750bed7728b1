// Units that follow each other through the picture, a few rows apart, so that what one writes is
// still in the cache when the next reads it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/rows.h"

namespace winnow {

struct UnitGroup {
  int begin = 0;  // units [begin, end)
  int end = 0;
  int band = 1;  // rows that a unit does before the next one follows
};

struct GroupLimits {
  std::int64_t cache_bytes = 0;  // for the rows that are in use at a time
  int least_band = 1;            // rows below which kernels are slow
};

// Groups as long as their rows fit in the cache and their results in modest memory; each further
// unit reads what its group makes or reads. Together they are all units, in order. Units that do
// not work by rows are alone.
std::vector<UnitGroup> GroupUnits(const Graph& graph, const std::vector<Dims>& dims,
                                  const std::vector<NodeLayout>& layout,
                                  const std::vector<Unit>& units, int lanes,
                                  const GroupLimits& limits);

// The processor's L2 cache, or a usual size where the system does not tell.
std::int64_t L2CacheBytes();

}  // namespace winnow
