#include "engine/units.h"

#include <algorithm>

namespace winnow {
namespace {

template <typename... Ops>
bool Is(const Node& node) {
  return (std::holds_alternative<Ops>(node.op) || ...);
}

class Fuser {
 public:
  Fuser(const Graph& graph, const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout)
      : graph_(graph),
        dims_(dims),
        layout_(layout),
        readers_(dims.size()),
        needed_(dims.size()),
        taken_(dims.size()) {
    for (NodeId id : graph.outputs()) needed_[id] = true;
    for (NodeId id = Count() - 1; id >= 0; --id) {
      if (!needed_[id]) continue;
      for (NodeId in : graph.node(id).inputs) {
        needed_[in] = true;
        readers_[in].push_back(id);
      }
    }
    needed_[0] = true;
  }

  std::vector<Unit> Run() {
    std::vector<Unit> units;
    for (NodeId id = 0; id < Count(); ++id) {
      if (!needed_[id] || taken_[id]) continue;
      units.push_back({.node = id, .result = id});
      if (layout_[id].local && Is<Conv2d, ConvTranspose2d>(graph_.node(id))) {
        while (Extend(units.back())) taken_[units.back().result] = true;
        OpenGate(units.back());
      } else if (layout_[id].local && Is<Sigmoid>(graph_.node(id)) && Extend(units.back())) {
        taken_[units.back().result] = true;
      }
    }
    std::sort(units.begin(), units.end(),
              [](const Unit& a, const Unit& b) { return a.result < b.result; });
    return units;
  }

 private:
  NodeId Count() const { return static_cast<NodeId>(dims_.size()); }

  bool IsOutput(NodeId id) const {
    return std::ranges::find(graph_.outputs(), id) != graph_.outputs().end();
  }

  // Takes the next node into the unit if it is the only one to read the result so far and fits.
  bool Extend(Unit& unit) {
    if (readers_[unit.result].size() != 1 || IsOutput(unit.result)) return false;
    const NodeId next = readers_[unit.result].front();
    if (!layout_[next].local || taken_[next] || !Take(unit, next)) return false;
    unit.result = next;
    return true;
  }

  // Takes a Sigmoid and the Multiply behind it into a convolution's unit.
  void OpenGate(Unit& unit) {
    if (readers_[unit.result].size() != 1 || IsOutput(unit.result)) return;
    const NodeId sigmoid = readers_[unit.result].front();
    Unit gate = {.node = sigmoid, .result = sigmoid};
    if (!layout_[sigmoid].local || !Is<Sigmoid>(graph_.node(sigmoid)) || !Extend(gate)) return;
    unit.gated = gate.gated;
    unit.result = gate.result;
    taken_[sigmoid] = taken_[unit.result] = true;
  }

  // The other input of a binary operator, if it is as large as the unit's result.
  NodeId OtherInput(const Unit& unit, const Node& node) const {
    const NodeId other = node.inputs[node.inputs[0] == unit.result ? 1 : 0];
    return dims_[other] == dims_[unit.result] ? other : kNoNode;
  }

  bool Take(Unit& unit, NodeId next) const {
    const Node& node = graph_.node(next);
    if (Is<Sigmoid>(graph_.node(unit.node))) {
      if (Is<Multiply>(node)) unit.gated = OtherInput(unit, node);
      return unit.gated != kNoNode;
    }
    if (unit.after != kNoNode) return false;
    if (Is<Relu, LeakyRelu, PRelu>(node)) {
      if (unit.residual != kNoNode) {
        unit.after = next;
      } else if (unit.before == kNoNode) {
        unit.before = next;
      } else {
        return false;
      }
      return true;
    }
    if (unit.residual != kNoNode) return false;
    if (Is<PixelShuffle>(node) && unit.shuffle == kNoNode && Is<Conv2d>(graph_.node(unit.node))) {
      unit.shuffle = next;
      return true;
    }
    if (Is<Add>(node)) {
      unit.residual = OtherInput(unit, node);
      return unit.residual != kNoNode;
    }
    return false;
  }

  const Graph& graph_;
  const std::vector<Dims>& dims_;
  const std::vector<NodeLayout>& layout_;
  std::vector<std::vector<NodeId>> readers_;
  std::vector<char> needed_;
  std::vector<char> taken_;
};

}  // namespace

std::vector<Unit> MakeUnits(const Graph& graph, const std::vector<Dims>& dims,
                            const std::vector<NodeLayout>& layout) {
  return Fuser(graph, dims, layout).Run();
}

std::vector<NodeId> InputsOf(const Graph& graph, const Unit& unit) {
  std::vector<NodeId> inputs = graph.node(unit.node).inputs;
  if (unit.residual != kNoNode) inputs.push_back(unit.residual);
  if (unit.gated != kNoNode) inputs.push_back(unit.gated);
  return inputs;
}

}  // namespace winnow
