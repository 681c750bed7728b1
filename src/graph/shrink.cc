#include "graph/shrink.h"

#include <algorithm>
#include <utility>

namespace winnow {
namespace {

// Indices whose set is kept.
std::vector<std::int64_t> KeptIndices(const std::vector<int>& sets, const std::vector<bool>& kept) {
  std::vector<std::int64_t> indices;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (kept[sets[i]]) indices.push_back(static_cast<std::int64_t>(i));
  }
  return indices;
}

// `outer` blocks of `extent` entries of `inner` numbers: of each block the entries `indices`.
Tensor TakeAlong(const Tensor& tensor, int axis, const std::vector<std::int64_t>& indices) {
  Shape shape = tensor.shape;
  const std::int64_t extent = std::exchange(shape[axis], static_cast<std::int64_t>(indices.size()));
  const std::int64_t inner = ElementCount(Shape(shape.begin() + axis + 1, shape.end()));
  const std::int64_t outer = ElementCount(Shape(shape.begin(), shape.begin() + axis));
  Tensor taken(shape);
  float* to = taken.data.data();
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t i : indices) {
      to = std::copy_n(tensor.data.data() + (o * extent + i) * inner, inner, to);
    }
  }
  return taken;
}

class Shrinker {
 public:
  Shrinker(const Graph& graph, const ChannelTies& ties, const std::vector<bool>& kept)
      : graph_(graph), ties_(ties), kept_(kept) {}

  Graph Shrink() {
    Graph result;
    for (ParamId id = 0; id < static_cast<ParamId>(graph_.params().size()); ++id) {
      result.AddParam({graph_.param(id).name, ShapeOf(id)});
    }
    for (const Node& node : graph_.nodes()) {
      Node shrunk = node;
      node_ = &node;
      std::visit([this](auto& op) { Adapt(op); }, shrunk.op);
      result.AddNode(std::move(shrunk));
    }
    result.SetOutputs(graph_.outputs());
    return result;
  }

 private:
  Shape ShapeOf(ParamId id) const {
    Shape shape = graph_.param(id).shape;
    for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
      const std::vector<int>& sets = ties_.OfParam(id, axis);
      if (!sets.empty()) shape[axis] = Count(sets, 0, sets.size());
    }
    return shape;
  }

  // Kept ones among the entries [begin, end).
  int Count(const std::vector<int>& sets, std::size_t begin, std::size_t end) const {
    return static_cast<int>(std::count_if(sets.begin() + begin, sets.begin() + end,
                                          [this](int set) { return kept_[set]; }));
  }

  const std::vector<int>& InputSets() const { return ties_.OfNode(node_->inputs[0]); }
  int InputChannels() const { return Count(InputSets(), 0, InputSets().size()); }

  void Adapt(Conv2d& op) const {
    if (IsDepthwise(op, graph_.param(op.weight).shape)) op.groups = InputChannels();
  }
  void Adapt(ConvTranspose2d& op) const {
    if (IsDepthwise(op, graph_.param(op.weight).shape)) op.groups = InputChannels();
  }
  void Adapt(SliceChannels& op) const {
    const int begin = Count(InputSets(), 0, op.begin);
    op = {begin, begin + Count(InputSets(), op.begin, op.end)};
  }
  void Adapt(ScaleShift& op) const {
    ScaleShift kept;
    for (std::int64_t c : KeptIndices(InputSets(), kept_)) {
      kept.scale.push_back(op.scale[c]);
      kept.shift.push_back(op.shift[c]);
    }
    op = std::move(kept);
  }
  template <typename Other>
  void Adapt(Other&) const {}

  const Graph& graph_;
  const ChannelTies& ties_;
  const std::vector<bool>& kept_;
  const Node* node_ = nullptr;
};

}  // namespace

Graph RemoveChannels(const Graph& graph, const ChannelTies& ties, const std::vector<bool>& kept) {
  return Shrinker(graph, ties, kept).Shrink();
}

Model RemoveChannels(const Model& model, const ChannelTies& ties, const std::vector<bool>& kept) {
  Model result = {model.info, RemoveChannels(model.graph, ties, kept), model.weights, {}};
  for (ParamId id = 0; id < static_cast<ParamId>(result.weights.size()); ++id) {
    Tensor& weight = result.weights[id];
    for (int axis = 0; axis < static_cast<int>(weight.shape.size()); ++axis) {
      const std::vector<int>& sets = ties.OfParam(id, axis);
      if (!sets.empty()) weight = TakeAlong(weight, axis, KeptIndices(sets, kept));
    }
  }
  return result;
}

}  // namespace winnow
