// A network evaluated node by node, so that weights can change while it is on its way.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "engine/session.h"
#include "graph/model.h"
#include "graph/shapes.h"
#include "tensor/tensor.h"

namespace winnow {

// One result a picture.
using Batch = std::vector<std::shared_ptr<const Tensor>>;

// Weights that can be replaced, and what evaluates single nodes with them. Copies share what was
// prepared for convolutions until their weights change. Not thread-safe.
class Network {
 public:
  // For pictures of height x width. Errors: InferDims's.
  Network(Model model, std::int64_t height, std::int64_t width, int threads);

  const Model& model() const { return model_; }
  const Graph& graph() const { return model_.graph; }
  // `value` has the param's shape.
  void SetParam(ParamId id, Tensor value);

  // The results of node `id`, not the input, given those of its inputs.
  Batch Run(NodeId id, const std::vector<const Batch*>& inputs);

 private:
  // One session a thread.
  using Sessions = std::vector<std::unique_ptr<Session>>;

  Tensor RunOne(NodeId id, const std::vector<const Tensor*>& inputs, int thread);

  Model model_;
  std::vector<Dims> dims_;  // of every node's result
  int threads_;
  std::map<NodeId, std::shared_ptr<Sessions>> sessions_;  // of convolutions that have run
};

// The way of some pictures through a graph, in graph order. Results are kept until their last use,
// those of outputs for good. Copies are cheap: they share results.
class Walk {
 public:
  // `graph` must outlive the walk.
  Walk(const Graph& graph, const std::vector<Tensor>& pictures);

  // The node to be evaluated next; the number of nodes at the end.
  NodeId next() const { return static_cast<NodeId>(results_.size()); }
  bool done() const { return next() == static_cast<NodeId>(graph_->nodes().size()); }
  // Of the next node.
  std::vector<const Batch*> inputs() const;
  // Goes on with the results of the next node.
  void Push(Batch results);
  void Step(Network& network) { Push(network.Run(next(), inputs())); }
  void Finish(Network& network) {
    while (!done()) Step(network);
  }

  // Results of an output, or of a node that the last or a later node needs.
  const Batch& at(NodeId id) const { return results_[id]; }
  const Batch& output() const { return results_[graph_->output()]; }

  // The same for the first `count` pictures only.
  Walk First(int count) const;

 private:
  const Graph* graph_;
  std::vector<NodeId> last_use_;
  std::vector<Batch> results_;
};

// Over all samples of all pictures, whose extents agree.
double MeanSquaredDifference(const Batch& a, const Batch& b);

}  // namespace winnow
