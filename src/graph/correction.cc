#include "graph/correction.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace winnow {
namespace {

// Follows what is added to the input back to the convolutions that it is made of, through what
// scales with them.
class Correction {
 public:
  explicit Correction(const Graph& graph) : graph_(graph) {}

  std::optional<std::set<ParamId>> Find() {
    const std::optional<NodeId> sum = AddedToInput();
    if (!sum || !Follow(*sum) || !IsNobodyElses()) return std::nullopt;
    return params_;
  }

 private:
  std::optional<NodeId> AddedToInput() const {
    if (graph_.outputs().size() != 1) return std::nullopt;
    const Node& last = graph_.node(graph_.outputs()[0]);
    if (!std::holds_alternative<Add>(last.op)) return std::nullopt;
    for (int term = 0; term < 2; ++term) {
      const NodeId other = last.inputs[1 - term];
      if (std::holds_alternative<Input>(graph_.node(other).op)) return last.inputs[term];
    }
    return std::nullopt;
  }

  bool Follow(NodeId id) {
    if (!nodes_.insert(id).second) return true;
    const Node& node = graph_.node(id);
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
      params_.insert(conv->weight);
      if (conv->bias != kNoParam) params_.insert(conv->bias);
      return true;
    }
    if (std::holds_alternative<Add>(node.op)) {
      return Follow(node.inputs[0]) && Follow(node.inputs[1]);
    }
    const bool scales_with_first =
        std::holds_alternative<PixelShuffle>(node.op) || std::holds_alternative<Resize>(node.op) ||
        std::holds_alternative<SliceChannels>(node.op) || std::holds_alternative<Multiply>(node.op);
    return scales_with_first && Follow(node.inputs[0]);
  }

  // No other node reads a result on the way, or has a convolution's weights.
  bool IsNobodyElses() const {
    for (NodeId id = 0; id < graph_.outputs()[0]; ++id) {
      if (nodes_.contains(id)) continue;
      const Node& node = graph_.node(id);
      const auto is_ours = [&](NodeId input) { return nodes_.contains(input); };
      const auto* conv = std::get_if<Conv2d>(&node.op);
      if (std::ranges::any_of(node.inputs, is_ours)) return false;
      if (conv != nullptr && params_.contains(conv->weight)) return false;
    }
    return true;
  }

  const Graph& graph_;
  std::set<NodeId> nodes_;  // from the convolutions to the sum with the input
  std::set<ParamId> params_;
};

}  // namespace

std::set<ParamId> FindCorrection(const Model& model) {
  if (const auto params = Correction(model.graph).Find()) return *params;
  throw Error(ErrorKind::kInvalidArgument,
              model.info.name +
                  ": this network does not end in its input plus a correction, so "
                  "there is no strength to choose");
}

void ScaleCorrection(Model& model, double strength) {
  if (!(strength > 0 && strength <= kLargestStrength)) {
    throw Error(ErrorKind::kInvalidArgument,
                "a strength must lie in (0, 2], not " + ShortText(strength));
  }
  for (ParamId id : FindCorrection(model)) {
    for (float& value : model.weights[id].data) value *= static_cast<float>(strength);
  }
}

}  // namespace winnow
