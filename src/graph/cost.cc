#include "graph/cost.h"

#include <set>

#include "base/checked.h"

namespace winnow {
namespace {

struct ConvParams {
  ParamId weight = kNoParam;
  ParamId bias = kNoParam;
};

// No weight for anything but a (transposed) convolution.
ConvParams ConvParamsOf(const Op& op) {
  return std::visit(Overloaded{[](const Conv2d& conv) {
                                 return ConvParams{conv.weight, conv.bias};
                               },
                               [](const ConvTranspose2d& conv) {
                                 return ConvParams{conv.weight, conv.bias};
                               },
                               [](const auto&) { return ConvParams{}; }},
                    op);
}

bool IsConv(const Op& op) { return ConvParamsOf(op).weight != kNoParam; }

bool IsCountedActivation(const Node& node) {
  const bool rectifier =
      std::holds_alternative<Relu>(node.op) || std::holds_alternative<LeakyRelu>(node.op) ||
      std::holds_alternative<Gelu>(node.op) || std::holds_alternative<PRelu>(node.op);
  return rectifier && !node.functional;
}

std::int64_t Elements(const Dims& dims) {
  return CheckedMul(CheckedMul(dims.channels, dims.height, "cost"), dims.width, "cost");
}

// Nodes from which a path without convolutions leads to one of `ends` (the ends included).
// Convolutions where such a path starts are in the result, what lies before them is not.
std::vector<bool> ReachBackToConvs(const Graph& graph, const std::vector<NodeId>& ends,
                                   bool through_shuffle) {
  std::vector<bool> reached(graph.nodes().size(), false);
  for (NodeId end : ends) reached[end] = true;
  for (NodeId id = static_cast<NodeId>(reached.size()) - 1; id >= 0; --id) {
    const Node& node = graph.node(id);
    const bool stop =
        IsConv(node.op) || (!through_shuffle && std::holds_alternative<PixelShuffle>(node.op));
    if (!reached[id] || stop) continue;
    for (NodeId input : node.inputs) reached[input] = true;
  }
  return reached;
}

// Convolutions that see the picture: a path without convolutions leads to them from the input.
std::vector<NodeId> FirstConvs(const Graph& graph) {
  std::vector<bool> picture(graph.nodes().size(), false);
  picture[0] = true;
  std::vector<NodeId> first;
  for (NodeId id = 1; id < static_cast<NodeId>(picture.size()); ++id) {
    const Node& node = graph.node(id);
    bool sees = false;
    for (NodeId input : node.inputs) sees = sees || picture[input];
    if (IsConv(node.op)) {
      if (sees) first.push_back(id);
    } else {
      picture[id] = sees;
    }
  }
  return first;
}

}  // namespace

std::int64_t NodeMacs(const Graph& graph, NodeId id, const std::vector<Dims>& dims) {
  const Node& node = graph.node(id);
  if (!IsConv(node.op)) return 0;
  // Every weight is used once per output pixel, or per input pixel when transposed.
  const bool transposed = std::holds_alternative<ConvTranspose2d>(node.op);
  const Dims& at = transposed ? dims[node.inputs[0]] : dims[id];
  const std::int64_t weights = ElementCount(graph.param(ConvParamsOf(node.op).weight).shape);
  return CheckedMul(weights, CheckedMul(at.height, at.width, "cost"), "cost");
}

Cost CountCost(const Graph& graph, std::int64_t height, std::int64_t width) {
  const std::vector<Dims> dims = InferDims(graph, height, width);
  Cost cost;
  std::int64_t extra = 0;  // what the paper's rule adds to the multiply-adds
  std::set<ParamId> conv_weights;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Node& node = graph.node(id);
    const ConvParams conv = ConvParamsOf(node.op);
    cost.conv_macs = CheckedAdd(cost.conv_macs, NodeMacs(graph, id, dims), "cost");
    if (conv.weight != kNoParam) conv_weights.insert(conv.weight);
    if (conv.bias != kNoParam || IsCountedActivation(node)) {
      extra = CheckedAdd(extra, Elements(dims[id]), "cost");
    }
  }
  cost.paper_macs = CheckedAdd(cost.conv_macs, extra, "cost");
  for (ParamId id : conv_weights) cost.conv_weights += ElementCount(graph.param(id).shape);
  for (const Param& param : graph.params()) cost.params += ElementCount(param.shape);
  return cost;
}

std::vector<NodeId> PrunableConvs(const Graph& graph, bool prune_shuffled_last) {
  const std::vector<NodeId> first = FirstConvs(graph);
  // A picture leaves at the outputs and, between the levels of a pyramid, enters the next first
  // convolution.
  std::vector<NodeId> pictures = graph.outputs();
  for (NodeId id : first) pictures.push_back(graph.node(id).inputs[0]);
  const std::vector<bool> makes_picture =
      ReachBackToConvs(graph, pictures, /*through_shuffle=*/!prune_shuffled_last);

  std::set<ParamId> kept_dense;
  for (NodeId id : first) kept_dense.insert(ConvParamsOf(graph.node(id).op).weight);
  for (NodeId id = 0; id < static_cast<NodeId>(makes_picture.size()); ++id) {
    if (makes_picture[id]) kept_dense.insert(ConvParamsOf(graph.node(id).op).weight);
  }
  std::vector<NodeId> prunable;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const auto* conv = std::get_if<Conv2d>(&graph.node(id).op);
    if (conv != nullptr && !kept_dense.contains(conv->weight)) prunable.push_back(id);
  }
  return prunable;
}

}  // namespace winnow
