// Runs a graph over libtorch tensors: what training differentiates and TorchSession evaluates.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "graph/graph.h"

namespace winnow {

// `input` is [n, channels, h, w], `weights` are by ParamId. Returns the graph's outputs, in graph
// order. Intermediate results are released as soon as no later node reads them (autograd may keep
// its own references).
std::vector<at::Tensor> GraphForward(const Graph& graph, const at::Tensor& input,
                                     const std::vector<at::Tensor>& weights);

}  // namespace winnow
