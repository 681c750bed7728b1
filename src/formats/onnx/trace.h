// An ONNX graph followed from input to output at one trial size.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formats/onnx/constant.h"
#include "graph/graph.h"
#include "graph/shapes.h"

namespace winnow::onnx_pb {
class GraphProto;
}

namespace winnow::onnx {

struct TrialInput {
  Dims dims;
  bool channels_last = false;
};

struct Traced {
  Graph graph;
  std::vector<Tensor> weights;
  Dims output;
};

// The initializers by name.
using Initializers = std::map<std::string, ConstantPtr>;
// Errors: ReadConstant's, kCorrupt for a name twice.
Initializers ReadInitializers(const onnx_pb::GraphProto& graph, const std::string& file);

// Every operator on constants is computed, every other becomes operators of the graph, whose
// extents are those of the trial. Errors, all naming file, node and opset: kUnsupported, kCorrupt.
Traced Trace(const onnx_pb::GraphProto& graph, const Initializers& initializers,
             const std::string& input_name, const TrialInput& input, std::int64_t opset,
             const std::string& file);

}  // namespace winnow::onnx
