#include "graph/simplify.h"

#include <algorithm>
#include <utility>

namespace winnow {
namespace {

class Simplifier {
 public:
  Simplifier(const Graph& graph, std::vector<Tensor>& weights)
      : weights_(weights),
        nodes_(graph.nodes()),
        outputs_(graph.outputs()),
        params_(graph.params()) {
    Count();
  }

  void Run() {
    for (std::size_t id = 1; id < nodes_.size(); ++id) {
      if (readers_[id] == 0) continue;
      if (auto* conv = std::get_if<Conv2d>(&nodes_[id].op)) TakePadding(nodes_[id], *conv);
      if (const auto* affine = std::get_if<ScaleShift>(&nodes_[id].op)) {
        const NodeId before = nodes_[id].inputs[0];
        if (readers_[before] == 1 && Take(before, *affine)) Skip(static_cast<NodeId>(id), before);
      }
    }
    for (std::size_t id = 1; id < nodes_.size(); ++id) {
      if (readers_[id] > 0 && ChangesNothing(nodes_[id].op)) {
        Skip(static_cast<NodeId>(id), nodes_[id].inputs[0]);
      }
    }
    Count();
  }

  Graph Rebuild() {
    Graph graph;
    std::vector<Tensor> weights;
    std::vector<NodeId> ids(nodes_.size(), 0);
    std::vector<ParamId> params(params_.size(), kNoParam);
    for (std::size_t id = 0; id < nodes_.size(); ++id) {
      if (id != 0 && readers_[id] == 0) continue;
      Node node = nodes_[id];
      for (NodeId& input : node.inputs) input = ids[input];
      for (ParamId* param : ParamsIn(node.op)) {
        ParamId& known = params[*param];
        if (known == kNoParam) {
          known = graph.AddParam(params_[*param]);
          weights.push_back(std::move(weights_[*param]));
        }
        *param = known;
      }
      ids[id] = graph.AddNode(std::move(node));
    }
    for (NodeId& output : outputs_) output = ids[output];
    graph.SetOutputs(outputs_);
    weights_ = std::move(weights);
    return graph;
  }

 private:
  static std::vector<ParamId*> ParamsIn(Op& op) {
    const auto weight_and_bias = [](auto& conv) {
      std::vector<ParamId*> ids = {&conv.weight};
      if (conv.bias != kNoParam) ids.push_back(&conv.bias);
      return ids;
    };
    return std::visit(
        Overloaded{[&](Conv2d& conv) { return weight_and_bias(conv); },
                   [&](ConvTranspose2d& conv) { return weight_and_bias(conv); },
                   [](PRelu& prelu) { return std::vector<ParamId*>{&prelu.weight}; },
                   [](ChannelScale& scale) { return std::vector<ParamId*>{&scale.weight}; },
                   [&](LayerNorm& norm) { return weight_and_bias(norm); },
                   [](auto&) { return std::vector<ParamId*>{}; }},
        op);
  }

  // Readers of each node, and uses of each param, by what an output needs.
  void Count() {
    readers_.assign(nodes_.size(), 0);
    uses_.assign(params_.size(), 0);
    for (NodeId output : outputs_)
      readers_[output] += 2;  // an output is never only another's input
    for (std::size_t id = nodes_.size(); id-- > 0;) {
      if (readers_[id] == 0) continue;
      for (NodeId input : nodes_[id].inputs) ++readers_[input];
      for (ParamId* param : ParamsIn(nodes_[id].op)) ++uses_[*param];
    }
  }

  void TakePadding(Node& node, Conv2d& conv) {
    const Node& before = nodes_[node.inputs[0]];
    const auto* pad = std::get_if<Pad>(&before.op);
    if (pad == nullptr || pad->mode != PadMode::kZero) return;
    conv.pads.top += pad->pads.top;
    conv.pads.left += pad->pads.left;
    conv.pads.bottom += pad->pads.bottom;
    conv.pads.right += pad->pads.right;
    node.inputs[0] = before.inputs[0];
  }

  static bool ChangesNothing(const Op& op) {
    const auto* affine = std::get_if<ScaleShift>(&op);
    const auto all = [](const std::vector<float>& values, float wanted) {
      return std::ranges::all_of(values, [&](float v) { return v == wanted; });
    };
    return affine != nullptr && all(affine->scale, 1) && all(affine->shift, 0);
  }

  bool Take(NodeId id, const ScaleShift& affine) {
    Op& op = nodes_[id].op;
    if (auto* before = std::get_if<ScaleShift>(&op)) {
      for (std::size_t c = 0; c < affine.scale.size(); ++c) {
        before->scale[c] *= affine.scale[c];
        before->shift[c] = before->shift[c] * affine.scale[c] + affine.shift[c];
      }
      return true;
    }
    if (auto* conv = std::get_if<Conv2d>(&op)) return TakeInto(id, *conv, affine);
    if (auto* conv = std::get_if<ConvTranspose2d>(&op)) return TakeInto(id, *conv, affine);
    if (auto* norm = std::get_if<LayerNorm>(&op)) return TakeInto(id, *norm, affine);
    return false;
  }

  // A convolution or a LayerNorm.
  template <typename Conv>
  bool TakeInto(NodeId id, Conv& conv, const ScaleShift& affine) {
    if (uses_[conv.weight] != 1 || (conv.bias != kNoParam && uses_[conv.bias] != 1)) return false;
    ScaleRows(conv, affine.scale);
    if (conv.bias == kNoParam) {
      if (std::ranges::all_of(affine.shift, [](float v) { return v == 0; })) return true;
      conv.bias = AddBias(id, static_cast<std::int64_t>(affine.shift.size()));
    }
    Tensor& bias = weights_[conv.bias];
    for (std::size_t c = 0; c < affine.shift.size(); ++c) {
      bias.data[c] = bias.data[c] * affine.scale[c] + affine.shift[c];
    }
    return true;
  }

  void ScaleRows(const LayerNorm& norm, const std::vector<float>& scale) {
    Tensor& weight = weights_[norm.weight];
    for (std::size_t c = 0; c < scale.size(); ++c) weight.data[c] *= scale[c];
  }

  // weight [out, in / groups, kh, kw].
  void ScaleRows(const Conv2d& conv, const std::vector<float>& scale) {
    Tensor& weight = weights_[conv.weight];
    const std::int64_t row = weight.size() / weight.dim(0);
    for (std::int64_t i = 0; i < weight.size(); ++i) weight.data[i] *= scale[i / row];
  }

  // weight [in, out / groups, kh, kw].
  void ScaleRows(const ConvTranspose2d& conv, const std::vector<float>& scale) {
    Tensor& weight = weights_[conv.weight];
    const std::int64_t taps = weight.dim(2) * weight.dim(3);
    const std::int64_t of_group = weight.dim(1);
    const std::int64_t in_of_group = weight.dim(0) / conv.groups;
    for (std::int64_t i = 0; i < weight.size(); ++i) {
      const std::int64_t group = i / taps / of_group / in_of_group;
      weight.data[i] *= scale[group * of_group + i / taps % of_group];
    }
  }

  ParamId AddBias(NodeId id, std::int64_t channels) {
    std::string name = nodes_[id].name + ".bias";
    const auto taken = [&] {
      return std::ranges::find(params_, name, &Param::name) != params_.end();
    };
    while (taken()) name += "#";
    params_.push_back({name, {channels}});
    weights_.emplace_back(Shape{channels});
    uses_.push_back(1);
    return static_cast<ParamId>(params_.size()) - 1;
  }

  // Readers of `id` read `instead`.
  void Skip(NodeId id, NodeId instead) {
    for (std::size_t later = id + 1; later < nodes_.size(); ++later) {
      std::ranges::replace(nodes_[later].inputs, id, instead);
    }
    std::ranges::replace(outputs_, id, instead);
    readers_[instead] = readers_[id];
    readers_[id] = 0;
  }

  std::vector<Tensor>& weights_;
  std::vector<Node> nodes_;
  std::vector<NodeId> outputs_;
  std::vector<Param> params_;
  std::vector<int> readers_;
  std::vector<int> uses_;
};

}  // namespace

void Simplify(Graph& graph, std::vector<Tensor>& weights) {
  Simplifier simplifier(graph, weights);
  simplifier.Run();
  graph = simplifier.Rebuild();
}

}  // namespace winnow
