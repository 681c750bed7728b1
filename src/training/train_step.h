// One forward and backward pass.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "graph/graph.h"

namespace winnow {

struct StepOptions {
  std::string loss;             // see OptimiserRecipe
  double frequency_weight = 0;  // see OptimiserRecipe
  bool bf16 = false;
  // What a teacher makes of the input, and how much of the loss compares with it instead of with
  // the target; undefined: no teacher.
  at::Tensor teacher = {};
  double teacher_weight = 0;
  // What the first of the graph's outputs, which is no picture then, should be; see Batch and
  // OptimiserRecipe. Undefined: all outputs are pictures.
  at::Tensor motion = {};
  double motion_weight = 0;
};

// Whether libtorch computes in bfloat16 there: on GPUs, and on x86 processors with AVX-512, of
// which those with AMX are quick at it. Elsewhere it refuses or falls back to loops.
bool SupportsBf16(at::Device device);

// The graph's outputs; under autocast where `bf16` is set.
std::vector<at::Tensor> RunNetwork(const Graph& graph, const std::vector<at::Tensor>& weights,
                                   const at::Tensor& input, bool bf16);

// The mean loss over the graph's outputs, as a float32 scalar to differentiate. `input` [n, c, h,
// w] and `target` [n, c, H, W] are channels-last, and without a target the teacher alone counts; an
// output smaller than the target is compared with the target's area average. With bf16 the network
// runs under autocast, the loss never does.
at::Tensor ComputeLoss(const Graph& graph, const std::vector<at::Tensor>& weights,
                       const at::Tensor& input, const at::Tensor& target,
                       const StepOptions& options);

}  // namespace winnow
