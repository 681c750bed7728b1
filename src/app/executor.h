// What restoring needs of an executor, so that the engine and libtorch can both serve.
#pragma once

#include <functional>

#include "tensor/tensor.h"

namespace winnow {

// One forward pass: input [channels, h, w] in the network's own numbers, the graph's last output.
using Runner = std::function<Tensor(const Tensor&)>;

}  // namespace winnow
