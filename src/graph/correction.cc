#include "graph/correction.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace winnow {
namespace {

const Node* Producer(const Graph& graph, NodeId id) {
  const Node* node = &graph.nodes()[id];
  if (std::holds_alternative<PixelShuffle>(node->op)) node = &graph.nodes()[node->inputs[0]];
  return node;
}

// Of the output: the one of its two terms that is a convolution's, the other being the input.
const Conv2d* LastConvolution(const Graph& graph) {
  if (graph.outputs().size() != 1) return nullptr;
  const Node& last = graph.nodes()[graph.outputs()[0]];
  if (!std::holds_alternative<Add>(last.op)) return nullptr;
  for (int term = 0; term < 2; ++term) {
    const Node& other = graph.nodes()[last.inputs[1 - term]];
    if (!std::holds_alternative<Input>(other.op)) continue;
    return std::get_if<Conv2d>(&Producer(graph, last.inputs[term])->op);
  }
  return nullptr;
}

std::ptrdiff_t Uses(const Graph& graph, ParamId weight) {
  return std::ranges::count_if(graph.nodes(), [&](const Node& node) {
    const auto* conv = std::get_if<Conv2d>(&node.op);
    return conv != nullptr && conv->weight == weight;
  });
}

}  // namespace

const Conv2d& FindCorrection(const Model& model) {
  const Conv2d* conv = LastConvolution(model.graph);
  if (conv == nullptr || Uses(model.graph, conv->weight) != 1) {
    throw Error(ErrorKind::kInvalidArgument,
                model.info.name +
                    ": this network does not end in its input plus a correction, so "
                    "there is no strength to choose");
  }
  return *conv;
}

void ScaleCorrection(Model& model, double strength) {
  if (!(strength > 0 && strength <= kLargestStrength)) {
    throw Error(ErrorKind::kInvalidArgument,
                "a strength must lie in (0, 2], not " + ShortText(strength));
  }
  const Conv2d& conv = FindCorrection(model);
  for (ParamId id : {conv.weight, conv.bias}) {
    if (id == kNoParam) continue;
    for (float& value : model.weights[id].data) value *= static_cast<float>(strength);
  }
}

}  // namespace winnow
