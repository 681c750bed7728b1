// The values a network starts training from.
#pragma once

#include <vector>

#include "base/random.h"
#include "graph/model.h"

namespace winnow {

// By ParamId. Convolution weights and biases are uniform in +-1 / sqrt(fan in), PyTorch's default
// (Kaiming with a = sqrt(5)); PReLU slopes are 0.25. Then what the network sets itself
// (NetworkRow::begin).
std::vector<Tensor> InitialWeights(const Model& model, Random& random);

}  // namespace winnow
