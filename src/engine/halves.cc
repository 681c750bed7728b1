#include "engine/halves.h"

namespace winnow {
namespace {

// Whether there is a kernel for halves that does the operator; on lanes, that is.
struct HasKernel {
  bool operator()(const Input&) const { return false; }
  bool operator()(const Pad&) const { return false; }
  bool operator()(const Pool&) const { return false; }
  bool operator()(const GlobalPool&) const { return false; }
  // Sums of many squares would leave the range.
  bool operator()(const LayerNorm&) const { return false; }
  bool operator()(const Resize& op) const { return op.mode == ResizeMode::kNearest; }
  // It leaves the range of floats on its way to 1, which would be taken for an overflow.
  bool operator()(const Tanh&) const { return false; }
  // Those that work pixel by pixel or move whole vectors, and convolutions.
  template <typename Other>
  bool operator()(const Other&) const {
    return true;
  }
};

}  // namespace

void ChooseHalves(const Graph& graph, const std::vector<Unit>& units,
                  std::vector<NodeLayout>& layout) {
  for (const Unit& unit : units) {
    if (!layout[unit.node].local || !std::visit(HasKernel(), graph.node(unit.node).op)) continue;
    layout[unit.node].half = layout[unit.result].half = true;
  }
}

}  // namespace winnow
