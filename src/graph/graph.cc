#include "graph/graph.h"

#include <utility>

#include "base/error.h"
#include "graph/check.h"

namespace winnow {
namespace {

// A param extent beyond this cannot be meant; it keeps products of four of them representable.
constexpr std::int64_t kMaxExtent = 1 << 24;

[[noreturn]] void Invalid(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

}  // namespace

ParamId Graph::AddParam(Param param) {
  if (param.name.empty()) Invalid("a param without a name");
  for (std::int64_t extent : param.shape) {
    if (extent < 1 || extent > kMaxExtent) {
      Invalid("param '" + param.name + "': impossible shape " + ToString(param.shape));
    }
  }
  const ParamId id = static_cast<ParamId>(params_.size());
  if (!param_ids_.emplace(param.name, id).second) {
    Invalid("param '" + param.name + "' exists twice");
  }
  params_.push_back(std::move(param));
  return id;
}

NodeId Graph::AddNode(Node node) {
  const NodeId id = static_cast<NodeId>(nodes_.size());
  if (node.name.empty()) Invalid("node " + std::to_string(id) + " has no name");
  if (std::holds_alternative<Input>(node.op) != (id == 0)) {
    Invalid("node '" + node.name + "': the first node, and only it, must be the input");
  }
  for (NodeId input : node.inputs) {
    if (input < 0 || input >= id) {
      Invalid("node '" + node.name + "': input " + std::to_string(input) +
              " is not an earlier node");
    }
  }
  CheckNode(*this, node);
  if (!node_ids_.emplace(node.name, id).second) Invalid("node '" + node.name + "' exists twice");
  nodes_.push_back(std::move(node));
  return id;
}

void Graph::SetOutputs(std::vector<NodeId> outputs) {
  if (outputs.empty()) Invalid("a graph needs at least one output");
  for (NodeId output : outputs) {
    if (output < 0 || output >= static_cast<NodeId>(nodes_.size())) {
      Invalid("output " + std::to_string(output) + " is not a node");
    }
  }
  outputs_ = std::move(outputs);
}

ParamId Graph::FindParam(const std::string& name) const {
  const auto found = param_ids_.find(name);
  if (found == param_ids_.end()) {
    throw Error(ErrorKind::kNotFound, "the graph has no param '" + name + "'");
  }
  return found->second;
}

std::vector<ParamId> ParamsOf(const Op& op) {
  const auto weight_and_bias = [](const auto& conv) {
    std::vector<ParamId> ids = {conv.weight};
    if (conv.bias != kNoParam) ids.push_back(conv.bias);
    return ids;
  };
  return std::visit(
      Overloaded{[&](const Conv2d& conv) { return weight_and_bias(conv); },
                 [&](const ConvTranspose2d& conv) { return weight_and_bias(conv); },
                 [](const PRelu& prelu) { return std::vector<ParamId>{prelu.weight}; },
                 [](const ChannelScale& scale) { return std::vector<ParamId>{scale.weight}; },
                 [&](const LayerNorm& norm) { return weight_and_bias(norm); },
                 [](const auto&) { return std::vector<ParamId>{}; }},
      op);
}

}  // namespace winnow
