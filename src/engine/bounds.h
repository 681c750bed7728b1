// Checks the result of a node against the exact one, within what rounding can do.
#pragma once

#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

// The largest |result - exact| / bound over the elements of node `id`'s result, where exact is what
// the node makes of `inputs`, taken as they are, and bound what a correct implementation in float
// may deviate (kernels/reference/bounded.h). At most 1 for a correct one. Infinite when an element
// is not finite or the shapes disagree.
double WorstDeviation(const Model& model, NodeId id, const std::vector<const Tensor*>& inputs,
                      const Tensor& result);

// The model with every node but the input as an output, in order: what lets an executor's nodes be
// checked one by one.
Model WithAllOutputs(const Model& model);

}  // namespace winnow
