#include "graph/builder.h"

#include <utility>

#include "base/error.h"
#include "graph/shapes.h"

namespace winnow {

NodeId GraphBuilder::Input(int channels) { return Push({winnow::Input{channels}, {}, "input"}); }

NodeId GraphBuilder::Conv(NodeId x, const std::string& name, int out_channels,
                          ConvOptions options) {
  const int pad = options.pad >= 0 ? options.pad : (options.kernel - 1) / 2;
  Conv2d op;
  op.weight = ShareOrAddParam(name + ".weight", {out_channels, channels(x) / options.groups,
                                                 options.kernel, options.kernel});
  if (options.bias) op.bias = ShareOrAddParam(name + ".bias", {out_channels});
  op.stride = options.stride;
  op.pads = UniformPads(pad);
  op.groups = options.groups;
  return Push({op, {x}, UniqueName(name)});
}

NodeId GraphBuilder::ConvTranspose(NodeId x, const std::string& name, int out_channels, int kernel,
                                   int stride, int pad) {
  ConvTranspose2d op;
  op.weight = ShareOrAddParam(name + ".weight", {channels(x), out_channels, kernel, kernel});
  op.bias = ShareOrAddParam(name + ".bias", {out_channels});
  op.stride = stride;
  op.pads = UniformPads(pad);
  return Push({op, {x}, UniqueName(name)});
}

NodeId GraphBuilder::PRelu(NodeId x, const std::string& name) {
  const ParamId weight = ShareOrAddParam(name + ".weight", {channels(x)});
  return Push({winnow::PRelu{weight}, {x}, UniqueName(name)});
}

NodeId GraphBuilder::LayerNorm(NodeId x, const std::string& name, float epsilon) {
  const ParamId weight = ShareOrAddParam(name + ".weight", {channels(x)});
  const ParamId bias = ShareOrAddParam(name + ".bias", {channels(x)});
  return Push({winnow::LayerNorm{weight, bias, epsilon}, {x}, UniqueName(name)});
}

NodeId GraphBuilder::ChannelScale(NodeId x, const std::string& name) {
  const ParamId weight = ShareOrAddParam(name, {1, channels(x), 1, 1});
  return Push({winnow::ChannelScale{weight}, {x}, UniqueName(name + ".scaled")});
}

NodeId GraphBuilder::Apply(Op op, std::vector<NodeId> inputs, const std::string& name) {
  const std::string wanted =
      !name.empty() ? name : std::string(OpName(op)) + "_" + std::to_string(channels_.size());
  return Push({std::move(op), std::move(inputs), UniqueName(wanted)});
}

NodeId GraphBuilder::Functional(Op op, NodeId x, const std::string& name) {
  const std::string wanted =
      !name.empty() ? name : std::string(OpName(op)) + "_" + std::to_string(channels_.size());
  return Push({std::move(op), {x}, UniqueName(wanted), true});
}

NodeId GraphBuilder::Concat(std::vector<NodeId> inputs) {
  return Apply(winnow::Concat{}, std::move(inputs));
}

NodeId GraphBuilder::Add(NodeId a, NodeId b) { return Apply(winnow::Add{}, {a, b}); }

Graph GraphBuilder::Finish(std::vector<NodeId> outputs) {
  graph_.SetOutputs(std::move(outputs));
  channels_.clear();
  return std::exchange(graph_, Graph());
}

std::string GraphBuilder::UniqueName(const std::string& wanted) const {
  std::string name = wanted;
  for (int use = 2; graph_.HasNode(name); ++use) name = wanted + "#" + std::to_string(use);
  return name;
}

ParamId GraphBuilder::ShareOrAddParam(const std::string& name, Shape shape) {
  if (!graph_.HasParam(name)) return graph_.AddParam({name, std::move(shape)});
  const ParamId id = graph_.FindParam(name);
  if (graph_.param(id).shape != shape) {
    throw Error(ErrorKind::kInvalidArgument,
                "param '" + name + "' cannot be shared: " + ToString(graph_.param(id).shape) +
                    " against " + ToString(shape));
  }
  return id;
}

NodeId GraphBuilder::Push(Node node) {
  const NodeId id = graph_.AddNode(std::move(node));
  std::vector<std::int64_t> inputs;
  for (NodeId input : graph_.node(id).inputs) inputs.push_back(channels_[input]);
  channels_.push_back(static_cast<int>(OutputChannels(graph_, graph_.node(id), inputs)));
  return id;
}

}  // namespace winnow
