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
      }
    }
    std::sort(units.begin(), units.end(),
              [](const Unit& a, const Unit& b) { return a.result < b.result; });
    return units;
  }

 private:
  NodeId Count() const { return static_cast<NodeId>(dims_.size()); }

  // Takes the next node into the unit if it is the only one to read the result so far and fits.
  bool Extend(Unit& unit) {
    const std::vector<NodeId>& outputs = graph_.outputs();
    if (readers_[unit.result].size() != 1 ||
        std::find(outputs.begin(), outputs.end(), unit.result) != outputs.end()) {
      return false;
    }
    const NodeId next = readers_[unit.result].front();
    if (!layout_[next].local || taken_[next] || !Take(unit, next)) return false;
    unit.result = next;
    return true;
  }

  bool Take(Unit& unit, NodeId next) const {
    const Node& node = graph_.node(next);
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
      const NodeId other = node.inputs[node.inputs[0] == unit.result ? 1 : 0];
      if (dims_[other] != dims_[unit.result]) return false;
      unit.residual = other;
      return true;
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
  return inputs;
}

}  // namespace winnow
