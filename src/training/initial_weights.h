// The values a network starts training from.
#pragma once

#include <vector>

#include "base/random.h"
#include "graph/graph.h"

namespace winnow {

// By ParamId. Convolution weights and biases are uniform in +-1 / sqrt(fan in), PyTorch's default
// (Kaiming with a = sqrt(5)); PReLU slopes are 0.25.
std::vector<Tensor> InitialWeights(const Graph& graph, Random& random);

}  // namespace winnow
