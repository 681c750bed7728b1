#include "training/initial_weights.h"

#include <algorithm>
#include <cmath>

#include "networks/registry.h"

namespace winnow {
namespace {

// PyTorch counts the second extent for transposed convolutions too.
double Bound(const Shape& weight) {
  return 1.0 / std::sqrt(double(weight[1] * weight[2] * weight[3]));
}

void FillUniform(double bound, Random& random, Tensor& tensor) {
  for (float& value : tensor.data) value = static_cast<float>((2 * random.Uniform() - 1) * bound);
}

}  // namespace

std::vector<Tensor> InitialWeights(const Model& model, Random& random) {
  const Graph& graph = model.graph;
  std::vector<Tensor> weights;
  for (const Param& param : graph.params()) weights.emplace_back(param.shape);
  std::vector<bool> done(weights.size(), false);
  const auto fill = [&](ParamId weight, ParamId bias) {
    const double bound = Bound(graph.param(weight).shape);
    for (ParamId id : {weight, bias}) {
      if (id == kNoParam || done[id]) continue;  // shared params are drawn once
      FillUniform(bound, random, weights[id]);
      done[id] = true;
    }
  };
  for (const Node& node : graph.nodes()) {
    std::visit(
        Overloaded{[&](const Conv2d& op) { fill(op.weight, op.bias); },
                   [&](const ConvTranspose2d& op) { fill(op.weight, op.bias); },
                   [&](const PRelu& op) {
                     std::fill(weights[op.weight].data.begin(), weights[op.weight].data.end(),
                               0.25f);
                   },
                   [&](const LayerNorm& op) { std::ranges::fill(weights[op.weight].data, 1.0f); },
                   // ChannelScale: zeros, with which residual blocks begin as identities.
                   [](const auto&) {}},
        node.op);
  }
  for (const NetworkRow& row : Networks()) {
    if (row.name == model.info.network && row.begin != nullptr) row.begin(graph, weights);
  }
  return weights;
}

}  // namespace winnow
