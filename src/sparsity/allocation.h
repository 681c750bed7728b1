// One N a layer under a budget.
#pragma once

#include <vector>

#include "sparsity/layer_costs.h"

namespace winnow {

// loss[layer][n] for n = 0..m: what the network loses when that layer keeps n of m; the layers'
// losses are taken to add up. Returns the N of each layer, at least 1, that cost at most `budget`,
// a fraction of the dense cost, with a small sum of losses: layers minimise loss + lambda * cost
// for one lambda, found by bisection, and what is left of the budget goes where it helps most.
// Errors: LayerCosts::LargestUniform's.
std::vector<int> Allocate(const LayerCosts& costs, const std::vector<std::vector<double>>& loss,
                          double budget);

}  // namespace winnow
