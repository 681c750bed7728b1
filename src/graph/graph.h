// A network as data: operators in topological order, and the shapes of the weights they use.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "graph/ops.h"
#include "tensor/tensor.h"

namespace winnow {

using NodeId = int;  // index into Graph::nodes()

// A learned tensor; its values live in Model::weights at the same index. One param may serve
// several nodes.
struct Param {
  std::string name;  // unique in the graph
  Shape shape;
  bool operator==(const Param&) const = default;
};

struct Node {
  Op op;
  std::vector<NodeId> inputs;  // all smaller than this node's own id
  std::string name;            // unique in the graph
  // An activation that the reference implementation applies as a bare function instead of as a
  // module: the paper's counter does not see it (graph/cost.h).
  bool functional = false;
  bool operator==(const Node&) const = default;
};

class Graph {
 public:
  // Errors of both: kInvalidArgument on a duplicate or empty name, an id out of range, a wrong
  // number of inputs, a param of the wrong shape or an attribute out of range (a stride of 0, a
  // negative pad, ...). The first node must be, and only it may be, an Input.
  ParamId AddParam(Param param);
  NodeId AddNode(Node node);
  // The results, coarse to fine; the last one is the restored image. At least one. Error
  // kInvalidArgument.
  void SetOutputs(std::vector<NodeId> outputs);

  const std::vector<Param>& params() const { return params_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<NodeId>& outputs() const { return outputs_; }

  const Node& node(NodeId id) const { return nodes_[id]; }
  const Param& param(ParamId id) const { return params_[id]; }
  int input_channels() const { return std::get<Input>(nodes_.at(0).op).channels; }
  // The last output.
  NodeId output() const { return outputs_.back(); }
  // Error kNotFound.
  ParamId FindParam(const std::string& name) const;
  bool HasParam(const std::string& name) const { return param_ids_.contains(name); }
  bool HasNode(const std::string& name) const { return node_ids_.contains(name); }

  bool operator==(const Graph&) const = default;

 private:
  std::vector<Param> params_;
  std::vector<Node> nodes_;
  std::vector<NodeId> outputs_;
  std::unordered_map<std::string, ParamId> param_ids_;
  std::unordered_map<std::string, NodeId> node_ids_;
};

// The params an operator reads, in a fixed order (weight, bias); empty for most.
std::vector<ParamId> ParamsOf(const Op& op);

// One line a node: id, name, operator with its attributes, inputs; then the params and outputs.
// Stable text, meant for people and for comparing in tests.
std::string Dump(const Graph& graph);

}  // namespace winnow
