#include "compress/network.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "engine/reference.h"

namespace winnow {
namespace {

Planar<const float> View(const Tensor& t) { return {t.data.data(), t.dim(0), t.dim(1), t.dim(2)}; }
Planar<float> View(Tensor& t) { return {t.data.data(), t.dim(0), t.dim(1), t.dim(2)}; }

bool IsConvolution(const Op& op) {
  return std::holds_alternative<Conv2d>(op) || std::holds_alternative<ConvTranspose2d>(op);
}

// The convolution `node` of `model` as a network of its own, for an input of `channels`.
Model Alone(const Model& model, const Node& node, int channels) {
  Model alone;
  alone.graph.AddNode({Input{channels}, {}, "input"});
  const auto take = [&](ParamId id) {
    if (id == kNoParam) return kNoParam;
    alone.weights.push_back(model.weights[id]);
    return alone.graph.AddParam(model.graph.param(id));
  };
  Op op = node.op;
  std::visit(
      [&](auto& conv) {
        if constexpr (requires { conv.bias; }) {
          conv.weight = take(conv.weight);
          conv.bias = take(conv.bias);
        }
      },
      op);
  alone.graph.SetOutputs({alone.graph.AddNode({op, {0}, node.name})});
  return alone;
}

}  // namespace

Network::Network(Model model, std::int64_t height, std::int64_t width, int threads)
    : model_(std::move(model)), dims_(InferDims(model_.graph, height, width)), threads_(threads) {}

void Network::SetParam(ParamId id, Tensor value) {
  model_.weights[id] = std::move(value);
  std::erase_if(sessions_, [&](const auto& entry) {
    const std::vector<ParamId> params = ParamsOf(model_.graph.node(entry.first).op);
    return std::ranges::find(params, id) != params.end();
  });
}

Batch Network::Run(NodeId id, const std::vector<const Batch*>& inputs) {
  const int pictures = static_cast<int>(inputs[0]->size());
  const int threads = std::min(threads_, pictures);
  if (IsConvolution(graph().node(id).op)) {
    std::shared_ptr<Sessions>& sessions = sessions_[id];
    if (!sessions) sessions = std::make_shared<Sessions>(threads_);
  }
  Batch results(pictures);
  ParallelFor(threads, threads, [&](int thread) {
    for (int i = thread; i < pictures; i += threads) {
      std::vector<const Tensor*> of_picture;
      for (const Batch* input : inputs) of_picture.push_back((*input)[i].get());
      results[i] = std::make_shared<const Tensor>(RunOne(id, of_picture, thread));
    }
  });
  return results;
}

Tensor Network::RunOne(NodeId id, const std::vector<const Tensor*>& inputs, int thread) {
  const Node& node = graph().node(id);
  if (IsConvolution(node.op)) {
    std::unique_ptr<Session>& session = (*sessions_.at(id))[thread];
    if (!session) {
      session = std::make_unique<Session>(Alone(model_, node, static_cast<int>(inputs[0]->dim(0))));
    }
    return session->Run(*inputs[0]);
  }
  std::vector<Planar<const float>> views;
  for (const Tensor* input : inputs) views.push_back(View(*input));
  Tensor result(ShapeOf(dims_[id]));
  EvaluateNode<float>(model_, id, views, View(result));
  return result;
}

Walk::Walk(const Graph& graph, const std::vector<Tensor>& pictures)
    : graph_(&graph), last_use_(graph.nodes().size(), -1) {
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    for (NodeId input : graph.node(id).inputs) last_use_[input] = id;
  }
  for (NodeId id : graph.outputs()) last_use_[id] = static_cast<NodeId>(graph.nodes().size());
  Batch input;
  for (const Tensor& picture : pictures) input.push_back(std::make_shared<const Tensor>(picture));
  results_.push_back(std::move(input));
}

std::vector<const Batch*> Walk::inputs() const {
  std::vector<const Batch*> batches;
  for (NodeId input : graph_->node(next()).inputs) batches.push_back(&results_[input]);
  return batches;
}

void Walk::Push(Batch results) {
  const NodeId id = next();
  // What the node before needed is kept until now, so that a caller can look at it.
  for (NodeId input : graph_->node(id - 1).inputs) {
    if (last_use_[input] < id) results_[input].clear();
  }
  results_.push_back(std::move(results));
}

Walk Walk::First(int count) const {
  Walk first = *this;
  for (Batch& batch : first.results_) {
    if (!batch.empty()) batch.resize(count);
  }
  return first;
}

double MeanSquaredDifference(const Batch& a, const Batch& b) {
  double sum = 0;
  double samples = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += SquaredDifference(*a[i], *b[i]);
    samples += static_cast<double>(a[i]->data.size());
  }
  return sum / samples;
}

}  // namespace winnow
