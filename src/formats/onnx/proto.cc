#include "formats/onnx/proto.h"

#include <bit>

#include "graph/ops.h"

namespace winnow::onnx {
namespace {

using onnx_pb::AttributeProto;
using onnx_pb::TensorProto;

void AddInitializer(onnx_pb::GraphProto& graph, const std::string& name, const Shape& shape,
                    TensorProto::DataType type, const void* values, std::size_t bytes) {
  static_assert(std::endian::native == std::endian::little, "raw data is little-endian");
  TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (std::int64_t extent : shape) tensor.add_dims(extent);
  tensor.set_raw_data(values, bytes);
}

}  // namespace

onnx_pb::NodeProto& AddNode(onnx_pb::GraphProto& graph, const std::string& name,
                            const std::string& type, const Names& inputs, const Names& outputs) {
  onnx_pb::NodeProto& node = *graph.add_node();
  node.set_op_type(type);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  node.set_name(name);
  return node;
}

void SetAttribute(onnx_pb::NodeProto& node, const std::string& name, const AttributeValue& value) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  std::visit(Overloaded{[&](std::int64_t v) {
                          attribute.set_type(AttributeProto::INT);
                          attribute.set_i(v);
                        },
                        [&](float v) {
                          attribute.set_type(AttributeProto::FLOAT);
                          attribute.set_f(v);
                        },
                        [&](const std::string& v) {
                          attribute.set_type(AttributeProto::STRING);
                          attribute.set_s(v);
                        },
                        [&](const std::vector<std::int64_t>& v) {
                          attribute.set_type(AttributeProto::INTS);
                          attribute.mutable_ints()->Add(v.begin(), v.end());
                        }},
             value);
}

void AddFloats(onnx_pb::GraphProto& graph, const std::string& name, const Shape& shape,
               const float* values) {
  AddInitializer(graph, name, shape, TensorProto::FLOAT, values,
                 static_cast<std::size_t>(ElementCount(shape)) * sizeof(float));
}

void AddIntegers(onnx_pb::GraphProto& graph, const std::string& name,
                 const std::vector<std::int64_t>& values) {
  AddInitializer(graph, name, {static_cast<std::int64_t>(values.size())}, TensorProto::INT64,
                 values.data(), values.size() * sizeof(std::int64_t));
}

void SetPicture(onnx_pb::ValueInfoProto& value, const std::string& name,
                const std::vector<OpenExtent>& extents) {
  value.set_name(name);
  onnx_pb::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(TensorProto::FLOAT);
  for (const OpenExtent& extent : extents) {
    auto& dim = *type.mutable_shape()->add_dim();
    if (extent.value > 0) {
      dim.set_dim_value(extent.value);
    } else if (!extent.name.empty()) {
      dim.set_dim_param(extent.name);
    }
  }
}

}  // namespace winnow::onnx
