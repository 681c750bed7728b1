// What a convolution of a network that is being pruned should put out.
#pragma once

#include "compress/network.h"
#include "graph/graph.h"

namespace winnow {

// For the convolution `id`, which `dense` has just run and `pruned` is about to run: what it puts
// out in the dense network. Where the only use of its result is to be added to another one, also
// what that one has lost by pruning, so that the sum is right; the same for a sum that is added.
Batch TargetsOf(const Graph& graph, NodeId id, const Walk& dense, const Walk& pruned);

}  // namespace winnow
