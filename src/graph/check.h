// What makes one operator valid on its own, before any extent is known.
#pragma once

#include "graph/graph.h"

namespace winnow {

// Number of inputs, attributes in range, params of the right shape. Errors: kInvalidArgument naming
// the node.
void CheckNode(const Graph& graph, const Node& node);

}  // namespace winnow
