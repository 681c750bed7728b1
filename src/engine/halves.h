// Which units run in half precision.
#pragma once

#include <vector>

#include "engine/layout.h"
#include "engine/units.h"
#include "graph/graph.h"

namespace winnow {

// Sets NodeLayout::half of the nodes and the results of all units on lanes for which there are
// kernels that take and make halves.
void ChooseHalves(const Graph& graph, const std::vector<Unit>& units,
                  std::vector<NodeLayout>& layout);

}  // namespace winnow
