#include "executors/torch_nodes.h"

#include <ATen/ATen.h>

#include "engine/bounds.h"
#include "training/at_tensor.h"
#include "training/graph_forward.h"

namespace winnow {

std::vector<Tensor> RunTorchNodes(const Model& model, const Tensor& input) {
  const Model all = WithAllOutputs(model);
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> weights;
  for (const Tensor& weight : all.weights) weights.push_back(ToAten(weight));
  std::vector<Tensor> results;
  for (const at::Tensor& node : GraphForward(all.graph, ToAten(input).unsqueeze(0), weights)) {
    results.push_back(FromAten(node[0]));
  }
  return results;
}

}  // namespace winnow
