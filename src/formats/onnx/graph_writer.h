// The operators of a graph as ONNX nodes.
#pragma once

#include <string>
#include <vector>

#include "graph/model.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {

// Adds the nodes that the graph's outputs need, and their initializers; opset 13. Returns the names
// of the nodes' results, by NodeId.
std::vector<std::string> WriteGraph(const Model& model, onnx_pb::GraphProto& proto);

}  // namespace winnow::onnx
