#include "graph/channel_ties.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "graph/shapes.h"

namespace winnow {
namespace {

// Union-find; the smallest element of a set is its root.
class Links {
 public:
  int Add(std::int64_t count) {
    const int first = static_cast<int>(parent_.size());
    parent_.resize(parent_.size() + count);
    std::iota(parent_.begin() + first, parent_.end(), first);
    return first;
  }

  int Root(int element) {
    while (parent_[element] != element) {
      parent_[element] = parent_[parent_[element]];
      element = parent_[element];
    }
    return element;
  }

  void Tie(int a, int b) {
    a = Root(a);
    b = Root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

  int size() const { return static_cast<int>(parent_.size()); }

 private:
  std::vector<int> parent_;
};

// Consecutive elements.
struct Run {
  int first = -1;  // negative: not tied to anything
  int count = 0;
};

class Tier {
 public:
  explicit Tier(const Graph& graph) : graph_(graph), axes_(graph.params().size()) {
    for (const Node& node : graph.nodes()) {
      std::vector<std::int64_t> inputs;
      for (NodeId input : node.inputs) inputs.push_back(nodes_[input].count);
      const std::int64_t channels = OutputChannels(graph, node, inputs);
      nodes_.push_back({links_.Add(channels), static_cast<int>(channels)});
      node_ = &node;
      std::visit(*this, node.op);
    }
  }

  void operator()(const Input&) {}

  void operator()(const Conv2d& op) {
    const Shape& shape = graph_.param(op.weight).shape;
    const Run in = In(), out = Out(), filters = AxisOf(op.weight, 0);
    TieEach(out, filters);
    if (op.bias != kNoParam) TieEach(out, AxisOf(op.bias, 0));
    if (IsDepthwise(op, shape)) {
      TieDepthwise(in, out);
    } else {
      TieModulo(out, filters.count / op.groups);
      TieModulo(in, AxisOf(op.weight, 1));
    }
  }

  void operator()(const ConvTranspose2d& op) {
    const Shape& shape = graph_.param(op.weight).shape;
    const Run in = In(), out = Out();
    TieEach(in, AxisOf(op.weight, 0));
    if (op.bias != kNoParam) TieEach(out, AxisOf(op.bias, 0));
    if (IsDepthwise(op, shape)) {
      TieDepthwise(in, out);
    } else {
      TieModulo(in, in.count / op.groups);
      TieModulo(out, AxisOf(op.weight, 1));
    }
  }

  void operator()(const Add&) { TieAllInputs(); }
  void operator()(const Multiply&) { TieAllInputs(); }

  void operator()(const Concat& op) {
    if (op.axis != Axis::kChannel) return TieAllInputs();
    int begin = Out().first;
    for (NodeId input : node_->inputs) {
      TieEach(nodes_[input], {begin, nodes_[input].count});
      begin += nodes_[input].count;
    }
  }

  void operator()(const SliceChannels& op) {
    TieEach(Out(), {In().first + op.begin, op.end - op.begin});
  }

  void operator()(const PRelu& op) {
    TieEach(In(), Out());
    const bool one_for_all = graph_.param(op.weight).shape[0] == 1 && Out().count != 1;
    if (!one_for_all) TieEach(Out(), AxisOf(op.weight, 0));
  }

  void operator()(const ChannelScale& op) {
    TieEach(In(), Out());
    TieEach(Out(), AxisOf(op.weight, 1));
  }

  void operator()(const LayerNorm& op) {
    TieEach(In(), Out());
    for (ParamId id : {op.weight, op.bias}) TieEach(Out(), AxisOf(id, 0));
  }

  void operator()(const PixelUnshuffle& op) {
    const int each = op.factor * op.factor;
    for (int k = 0; k < Out().count; ++k) links_.Tie(Out().first + k, In().first + k / each);
  }

  void operator()(const PixelShuffle& op) {
    const Run in = In(), out = Out();
    const int each = op.factor * op.factor;
    for (int k = 0; k < in.count; ++k) {
      const int c = op.order == ShuffleOrder::kCrd ? k / each : k % out.count;
      links_.Tie(in.first + k, out.first + c);
    }
  }

  // What treats each channel by itself. A second input of Resize gives an extent only.
  template <typename Channelwise>
  void operator()(const Channelwise&) {
    TieEach(In(), Out());
  }

  Links& links() { return links_; }
  Run OfNode(NodeId id) const { return nodes_[id]; }
  Run OfParam(ParamId id, int axis) const {
    const auto found = axes_[id].find(axis);
    return found == axes_[id].end() ? Run() : found->second;
  }

 private:
  Run In() const { return nodes_[node_->inputs[0]]; }
  Run Out() const { return nodes_.back(); }

  Run AxisOf(ParamId id, int axis) {
    const auto [place, added] = axes_[id].try_emplace(axis);
    if (added) {
      const std::int64_t extent = graph_.param(id).shape[axis];
      place->second = {links_.Add(extent), static_cast<int>(extent)};
    }
    return place->second;
  }

  void TieEach(Run a, Run b) {
    for (int i = 0; i < a.count; ++i) links_.Tie(a.first + i, b.first + i);
  }

  // Channels at the same place of each group with each other ...
  void TieModulo(Run run, int period) { TieModulo(run, Run{run.first, period}); }

  // ... and with an axis that all groups share.
  void TieModulo(Run run, Run axis) {
    for (int i = 0; i < run.count; ++i) links_.Tie(run.first + i, axis.first + i % axis.count);
  }

  // Each channel with the results of its own filters.
  void TieDepthwise(Run in, Run out) {
    const int filters_each = out.count / in.count;
    for (int o = 0; o < out.count; ++o) links_.Tie(out.first + o, in.first + o / filters_each);
  }

  void TieAllInputs() {
    for (NodeId input : node_->inputs) TieEach(nodes_[input], Out());
  }

  const Graph& graph_;
  const Node* node_ = nullptr;
  Links links_;
  std::vector<Run> nodes_;
  std::vector<std::map<int, Run>> axes_;
};

// Numbers for the roots, in the order of their first element.
std::vector<int> NumberSets(Links& links, int& sets) {
  std::vector<int> number(links.size(), -1);
  for (int i = 0; i < links.size(); ++i) {
    const int root = links.Root(i);
    if (number[root] < 0) number[root] = sets++;
    number[i] = number[root];
  }
  return number;
}

std::vector<int> Part(const std::vector<int>& numbers, Run run) {
  if (run.first < 0) return {};
  return {numbers.begin() + run.first, numbers.begin() + run.first + run.count};
}

}  // namespace

bool IsDepthwise(const Conv2d& op, const Shape& weight) { return op.groups > 1 && weight[1] == 1; }

bool IsDepthwise(const ConvTranspose2d& op, const Shape& weight) {
  return op.groups > 1 && weight[0] == op.groups;
}

int FilterAxis(const ConvTranspose2d& op, const Shape& weight) {
  return IsDepthwise(op, weight) ? 0 : 1;
}

ChannelTies::ChannelTies(const Graph& graph, std::span<const ParamId> whole) {
  Tier tier(graph);
  const std::vector<int> numbers = NumberSets(tier.links(), sets_);
  for (ParamId id = 0; id < static_cast<ParamId>(graph.params().size()); ++id) {
    of_param_.emplace_back();
    for (int axis = 0; axis < static_cast<int>(graph.param(id).shape.size()); ++axis) {
      of_param_[id].push_back(Part(numbers, tier.OfParam(id, axis)));
    }
  }
  std::vector<std::vector<NodeId>> runs_through(sets_);
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    of_node_.push_back(Part(numbers, tier.OfNode(id)));
    for (int set : of_node_[id]) {
      if (runs_through[set].empty() || runs_through[set].back() != id) {
        runs_through[set].push_back(id);
      }
    }
  }

  std::vector<bool> stays(sets_, false);
  const auto stay = [&](const std::vector<int>& sets) {
    for (int set : sets) stays[set] = true;
  };
  stay(of_node_[0]);
  for (NodeId id : graph.outputs()) stay(of_node_[id]);
  for (ParamId id : whole) stay(of_param_[id][0]);
  std::map<std::vector<NodeId>, std::vector<int>> families;
  for (int set = 0; set < sets_; ++set) {
    if (!stays[set]) families[runs_through[set]].push_back(set);
  }
  for (auto& [nodes, sets] : families) families_.push_back(std::move(sets));
}

}  // namespace winnow
