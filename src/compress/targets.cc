#include "compress/targets.h"

#include <algorithm>
#include <utility>

namespace winnow {
namespace {

constexpr NodeId kNone = -1;

// The node that alone uses the result of `id`, which is no output.
NodeId OnlyUse(const Graph& graph, NodeId id) {
  if (std::ranges::find(graph.outputs(), id) != graph.outputs().end()) return kNone;
  NodeId use = kNone;
  for (NodeId user = id + 1; user < static_cast<NodeId>(graph.nodes().size()); ++user) {
    const auto count = std::ranges::count(graph.node(user).inputs, id);
    if (count == 0) continue;
    if (use != kNone || count > 1) return kNone;
    use = user;
  }
  return use;
}

// The other term when `node` is only used in a sum, and that sum.
struct Term {
  NodeId other = kNone;
  NodeId sum = kNone;
};

Term TermBeside(const Graph& graph, NodeId node) {
  const NodeId use = OnlyUse(graph, node);
  if (use == kNone || !std::holds_alternative<Add>(graph.node(use).op)) return {};
  const std::vector<NodeId>& inputs = graph.node(use).inputs;
  return {inputs[0] == node ? inputs[1] : inputs[0], use};
}

void AddDifference(const Batch& right, const Batch& wrong, Batch& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto corrected = std::make_shared<Tensor>(*targets[i]);
    for (std::size_t k = 0; k < corrected->data.size(); ++k) {
      corrected->data[k] += right[i]->data[k] - wrong[i]->data[k];
    }
    targets[i] = std::move(corrected);
  }
}

}  // namespace

Batch TargetsOf(const Graph& graph, NodeId id, const Walk& dense, const Walk& pruned) {
  Batch targets = dense.at(id);
  Term term = TermBeside(graph, id);
  // A term that comes after the convolution is not known yet.
  while (term.other != kNone && term.other < id &&
         dense.at(term.other)[0]->shape == targets[0]->shape) {
    AddDifference(dense.at(term.other), pruned.at(term.other), targets);
    term = TermBeside(graph, term.sum);
  }
  return targets;
}

}  // namespace winnow
