// The messages of onnx.proto that a graph is made of.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/shapes.h"
#include "protobuf.h"

namespace winnow::peers {

// Field numbers.
namespace model_proto {
constexpr int kIrVersion = 1, kGraph = 7, kOpsetImport = 8;
}
namespace opset_proto {
constexpr int kVersion = 2;
}
namespace graph_proto {
constexpr int kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12;
}
namespace node_proto {
constexpr int kInput = 1, kOutput = 2, kName = 3, kOpType = 4, kAttribute = 5;
}

Message Attribute(const std::string& name, float value);
Message Attribute(const std::string& name, int value);
Message Attribute(const std::string& name, const char* value);
Message Attribute(const std::string& name, const std::vector<std::int64_t>& values);
Message Attribute(const std::string& name, const Pads& pads);

// `data` has as many elements as `shape` says.
Message Initializer(const std::string& name, const Shape& shape, const float* data);
Message Initializer(const std::string& name, const std::vector<std::int64_t>& values);

// Name and type of an input or output [1, c, h, w].
Message TensorValue(const std::string& name, const Dims& dims);

}  // namespace winnow::peers
