// One forward and backward pass.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "graph/graph.h"

namespace winnow {

struct StepOptions {
  std::string loss;  // "l1" or "mse"
  bool bf16 = false;
};

// The mean loss over the graph's outputs, as a float32 scalar to differentiate. `input` [n, c, h,
// w] and `target` [n, c, H, W] are channels-last; an output smaller than the target is compared
// with the target's area average. With bf16 the network runs under autocast, the loss never does.
at::Tensor ComputeLoss(const Graph& graph, const std::vector<at::Tensor>& weights,
                       const at::Tensor& input, const at::Tensor& target,
                       const StepOptions& options);

}  // namespace winnow
