// Collects the operators of an imported network, with the extents of one trial input.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formats/onnx/constant.h"
#include "formats/onnx/value.h"
#include "graph/graph.h"
#include "graph/shapes.h"

namespace winnow::onnx {

// Messages of all begin with `where`, set before each ONNX node.
class Emitter {
 public:
  // The result of node 0 is the network's input.
  Emitter(std::string file, const Dims& input);

  // `where` names the ONNX node for messages, `name` becomes the name of what it emits.
  void Enter(std::string where, std::string name);

  // Errors: kCorrupt where the graph refuses the operator.
  NodeId Emit(Op op, std::vector<NodeId> inputs);
  // A param of these values; the same constant under the same name and shape is one param. A name
  // that is taken gets a number. Errors: kCorrupt for a value that is not finite or a count that
  // does not fit.
  ParamId AddParam(const std::string& name, const ConstantPtr& constant, const Shape& shape);
  // A param of its own, named after the node.
  ParamId AddParam(const std::string& suffix, Tensor tensor);

  const Dims& dims(NodeId id) const { return dims_[id]; }
  NodeId last() const { return static_cast<NodeId>(dims_.size()) - 1; }

  // [1, C, H, W] of an activation; emits what its view asks for. Errors: kUnsupported.
  NodeId Plain(const Activation& value);
  Activation Whole(NodeId id) const { return {id, PlainView(dims_[id])}; }
  // scale[c] * x + shift[c]; nothing is emitted where that changes nothing.
  NodeId Affine(NodeId x, std::vector<float> scale, std::vector<float> shift);
  NodeId Affine(NodeId x, float scale, float shift);
  // A 1x1 convolution of ones: the one channel of x, `channels` times.
  NodeId Repeat(NodeId x, std::int64_t channels);

  const Graph& graph() const { return graph_; }
  Graph& graph() { return graph_; }
  std::vector<Tensor>& weights() { return weights_; }

 private:
  std::string UniqueName(const std::string& wanted) const;
  NodeId Rearrange(NodeId x, const Rearrangement& how);

  std::string where_;
  std::string name_;
  Graph graph_;
  std::vector<Tensor> weights_;
  std::vector<Dims> dims_;
  std::map<std::pair<ConstantPtr, Shape>, ParamId> params_;  // keeps the constants alive
};

}  // namespace winnow::onnx
