// Writing the messages of an ONNX file.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "onnx/onnx.pb.h"
#include "tensor/tensor.h"

namespace winnow::onnx {

using Names = std::vector<std::string>;

onnx_pb::NodeProto& AddNode(onnx_pb::GraphProto& graph, const std::string& name,
                            const std::string& type, const Names& inputs, const Names& outputs);

using AttributeValue = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
void SetAttribute(onnx_pb::NodeProto& node, const std::string& name, const AttributeValue& value);

// Initializers. `values` has as many elements as `shape` says; integers are a list.
void AddFloats(onnx_pb::GraphProto& graph, const std::string& name, const Shape& shape,
               const float* values);
void AddIntegers(onnx_pb::GraphProto& graph, const std::string& name,
                 const std::vector<std::int64_t>& values);

// Name and type of an input or output of floats; an extent without a number is open.
struct OpenExtent {
  std::int64_t value = 0;  // 0: open
  std::string name{};      // of the open one
};
void SetPicture(onnx_pb::ValueInfoProto& value, const std::string& name,
                const std::vector<OpenExtent>& extents);

}  // namespace winnow::onnx
