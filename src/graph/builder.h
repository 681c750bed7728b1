// Writing a network down: each call adds one operator and returns its id.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace winnow {

struct ConvOptions {
  int kernel = 3;
  int stride = 1;
  int pad = -1;  // -1: (kernel - 1) / 2, which keeps the extent at stride 1
  int groups = 1;
  bool bias = true;
};

class GraphBuilder {
 public:
  NodeId Input(int channels);
  // `name` also names the params: NAME.weight, NAME.bias. When those exist already they are shared
  // (and must have the same shape); the node's own name is then made unique by a suffix.
  NodeId Conv(NodeId x, const std::string& name, int out_channels, ConvOptions options = {});
  // 4x4, stride 2, padding 1 by default: doubles the extent.
  NodeId ConvTranspose(NodeId x, const std::string& name, int out_channels, int kernel = 4,
                       int stride = 2, int pad = 1);
  NodeId PRelu(NodeId x, const std::string& name);
  // NAME.weight and NAME.bias.
  NodeId LayerNorm(NodeId x, const std::string& name, float epsilon = 1e-6f);
  // The param has this name, the node NAME.scaled: ONNX has one space of names for both.
  NodeId ChannelScale(NodeId x, const std::string& name);
  // Any operator without params. An empty name is replaced by the operator's name and a number.
  NodeId Apply(Op op, std::vector<NodeId> inputs, const std::string& name = "");
  // An activation called as a bare function in the reference implementation (Node::functional).
  NodeId Functional(Op op, NodeId x, const std::string& name = "");
  NodeId Concat(std::vector<NodeId> inputs);
  NodeId Add(NodeId a, NodeId b);

  // Channels of a node built so far.
  int channels(NodeId id) const { return channels_[id]; }
  Graph Finish(std::vector<NodeId> outputs);

 private:
  std::string UniqueName(const std::string& wanted) const;
  ParamId ShareOrAddParam(const std::string& name, Shape shape);
  NodeId Push(Node node);

  Graph graph_;
  std::vector<int> channels_;
};

}  // namespace winnow
