// libtorch's results of all nodes but the input, in order.
#pragma once

#include <vector>

#include "graph/model.h"
#include "tensor/tensor.h"

namespace winnow {

std::vector<Tensor> RunTorchNodes(const Model& model, const Tensor& input);

}  // namespace winnow
