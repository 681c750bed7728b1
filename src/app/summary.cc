#include "app/summary.h"

#include <algorithm>
#include <set>

#include "app/input_size.h"

namespace winnow {
namespace {

struct ConvParts {
  ParamId weight = kNoParam;
  int stride = 1;
  int groups = 1;
};

std::optional<ConvParts> AsConvolution(const Op& op) {
  if (const auto* conv = std::get_if<Conv2d>(&op)) {
    return ConvParts{conv->weight, conv->stride, conv->groups};
  }
  if (const auto* conv = std::get_if<ConvTranspose2d>(&op)) {
    return ConvParts{conv->weight, conv->stride, conv->groups};
  }
  return std::nullopt;
}

LayerSummary SummarizeLayer(const Model& model, NodeId id, const ConvParts& conv,
                            const std::vector<Dims>& dims) {
  const Node& node = model.graph.node(id);
  LayerSummary layer;
  layer.name = node.name;
  layer.op = OpName(node.op);
  layer.weight = model.graph.param(conv.weight).shape;
  layer.stride = conv.stride;
  layer.groups = conv.groups;
  layer.output = dims[id];
  layer.weights = ElementCount(layer.weight);
  layer.macs = NodeMacs(model.graph, id, dims);
  const auto pattern = model.patterns.find(conv.weight);
  if (pattern != model.patterns.end()) layer.pattern = pattern->second;
  if (!model.weights.empty()) layer.nonzero = CountNonzero(model.weights[conv.weight]);
  layer.nonzero_macs = static_cast<double>(layer.macs) * static_cast<double>(layer.nonzero) /
                       static_cast<double>(layer.weights);
  return layer;
}

}  // namespace

std::int64_t CountNonzero(const Tensor& tensor) {
  return std::count_if(tensor.data.begin(), tensor.data.end(), [](float v) { return v != 0; });
}

ModelSummary Summarize(const Model& model, std::int64_t height, std::int64_t width) {
  RequireInputSize(model, width, height);
  const std::vector<Dims> dims = InferDims(model.graph, height, width);
  ModelSummary summary;
  summary.input = dims.front();
  summary.output = dims[model.graph.output()];
  summary.has_weights = !model.weights.empty();
  summary.cost = CountCost(model.graph, height, width);
  summary.field = FindReceptiveField(model.graph);
  std::set<ParamId> counted;
  for (NodeId id = 0; id < static_cast<NodeId>(dims.size()); ++id) {
    const std::optional<ConvParts> conv = AsConvolution(model.graph.node(id).op);
    if (!conv) continue;
    const LayerSummary layer = SummarizeLayer(model, id, *conv, dims);
    summary.nonzero_macs += layer.nonzero_macs;
    if (counted.insert(conv->weight).second) summary.nonzero += layer.nonzero;
    summary.layers.push_back(layer);
  }
  return summary;
}

}  // namespace winnow
