// ONNX files made by hand for tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "onnx/onnx.pb.h"
#include "tensor/tensor.h"

namespace winnow {

// Opset 17; input "x" of floats [1, channels, "h", "w"], output "y".
class OnnxBuilder {
 public:
  using Names = std::vector<std::string>;

  explicit OnnxBuilder(int channels = 3, int opset = 17) {
    model_.set_ir_version(8);
    model_.set_producer_name("test");
    onnx_pb::OperatorSetIdProto& set = *model_.add_opset_import();
    set.set_version(opset);
    AddInput("x", {1, channels, 0, 0});
    graph().add_output()->set_name("y");
  }

  onnx_pb::ModelProto& model() { return model_; }
  onnx_pb::GraphProto& graph() { return *model_.mutable_graph(); }
  std::string Bytes() const { return model_.SerializeAsString(); }

  // An extent of 0 is left open.
  void AddInput(const std::string& name, const Shape& shape) {
    onnx_pb::ValueInfoProto& input = *graph().add_input();
    input.set_name(name);
    onnx_pb::TypeProto::Tensor& type = *input.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx_pb::TensorProto::FLOAT);
    for (std::int64_t extent : shape) {
      auto& dim = *type.mutable_shape()->add_dim();
      if (extent > 0) dim.set_dim_value(extent);
    }
  }
  void SetInput(const Shape& shape) {
    graph().clear_input();
    AddInput("x", shape);
  }

  // Returns the name, to be used as an input.
  std::string Floats(const std::string& name, const Shape& shape,
                     const std::vector<float>& values) {
    onnx_pb::TensorProto& tensor = AddTensor(name, shape, onnx_pb::TensorProto::FLOAT);
    for (float v : values) tensor.add_float_data(v);
    return name;
  }
  // Values that differ.
  std::string Weight(const std::string& name, const Shape& shape) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < ElementCount(shape); ++i) {
      values.push_back(static_cast<float>(i % 13) / 16 - 0.25f);
    }
    return Floats(name, shape, values);
  }
  std::string Integers(const std::string& name, const std::vector<std::int64_t>& values) {
    onnx_pb::TensorProto& tensor =
        AddTensor(name, {static_cast<std::int64_t>(values.size())}, onnx_pb::TensorProto::INT64);
    for (std::int64_t v : values) tensor.add_int64_data(v);
    return name;
  }

  // A node named after its first output.
  onnx_pb::NodeProto& Node(const std::string& type, const Names& inputs, const Names& outputs) {
    onnx_pb::NodeProto& node = *graph().add_node();
    node.set_op_type(type);
    for (const std::string& input : inputs) node.add_input(input);
    for (const std::string& output : outputs) node.add_output(output);
    node.set_name(outputs.empty() ? type : outputs[0]);
    return node;
  }
  // 3x3, keeping the extent.
  std::string Conv(const std::string& x, const std::string& name, std::int64_t in,
                   std::int64_t out) {
    SetInts(
        Node("Conv", {x, Weight(name + ".weight", {out, in, 3, 3}), Weight(name + ".bias", {out})},
             {name}),
        "pads", {1, 1, 1, 1});
    return name;
  }

  static void SetInts(onnx_pb::NodeProto& node, const std::string& name,
                      const std::vector<std::int64_t>& values) {
    onnx_pb::AttributeProto& attribute = Add(node, name);
    for (std::int64_t v : values) attribute.add_ints(v);
  }
  static void Set(onnx_pb::NodeProto& node, const std::string& name, std::int64_t value) {
    Add(node, name).set_i(value);
  }
  static void Set(onnx_pb::NodeProto& node, const std::string& name, float value) {
    Add(node, name).set_f(value);
  }
  static void Set(onnx_pb::NodeProto& node, const std::string& name, const std::string& value) {
    Add(node, name).set_s(value);
  }

 private:
  static onnx_pb::AttributeProto& Add(onnx_pb::NodeProto& node, const std::string& name) {
    onnx_pb::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    return attribute;
  }
  onnx_pb::TensorProto& AddTensor(const std::string& name, const Shape& shape, int type) {
    onnx_pb::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (std::int64_t extent : shape) tensor.add_dims(extent);
    return tensor;
  }

  onnx_pb::ModelProto model_;
};

}  // namespace winnow
