#include "engine/bounds.h"

#include <cmath>
#include <limits>

#include "engine/reference.h"
#include "kernels/reference/bounded.h"

namespace winnow {

double WorstDeviation(const Model& model, NodeId id, const std::vector<const Tensor*>& inputs,
                      const Tensor& result) {
  constexpr double kWrong = std::numeric_limits<double>::infinity();
  std::vector<std::vector<Bounded>> exact_inputs;
  std::vector<Planar<const Bounded>> views;
  for (const Tensor* t : inputs) {
    exact_inputs.emplace_back(t->data.begin(), t->data.end());
    views.push_back({exact_inputs.back().data(), t->dim(0), t->dim(1), t->dim(2)});
  }
  std::vector<Bounded> exact(result.data.size());
  if (result.shape.size() != 3) return kWrong;
  EvaluateNode<Bounded>(model, id, views,
                        {exact.data(), result.dim(0), result.dim(1), result.dim(2)});
  double worst = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double deviation = std::abs(result.data[i] - exact[i].value);
    if (!std::isfinite(deviation)) return kWrong;
    if (deviation > 0) worst = std::max(worst, deviation / exact[i].error);
  }
  return worst;
}

Model WithAllOutputs(const Model& model) {
  Model all = model;
  std::vector<NodeId> outputs;
  for (NodeId id = 1; id < static_cast<NodeId>(model.graph.nodes().size()); ++id)
    outputs.push_back(id);
  all.graph.SetOutputs(outputs);
  return all;
}

}  // namespace winnow
