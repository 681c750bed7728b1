// ONNX files made by hand for tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "formats/onnx/proto.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

namespace winnow {

// Opset 17; input "x" of floats [1, channels, "h", "w"], output "y".
class OnnxBuilder {
 public:
  using Names = onnx::Names;

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
    std::vector<onnx::OpenExtent> extents;
    for (std::int64_t extent : shape) extents.push_back({extent});
    onnx::SetPicture(*graph().add_input(), name, extents);
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
    return onnx::AddNode(graph(), outputs.empty() ? type : outputs[0], type, inputs, outputs);
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
    onnx::SetAttribute(node, name, values);
  }
  static void Set(onnx_pb::NodeProto& node, const std::string& name,
                  const onnx::AttributeValue& value) {
    onnx::SetAttribute(node, name, value);
  }

 private:
  onnx_pb::TensorProto& AddTensor(const std::string& name, const Shape& shape, int type) {
    onnx_pb::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (std::int64_t extent : shape) tensor.add_dims(extent);
    return tensor;
  }

  onnx_pb::ModelProto model_;
};

// Of a graph, but for the numbers that importing gives to nodes of the same name.
inline std::string DumpWithoutNumbers(const Graph& graph) {
  return std::regex_replace(Dump(graph), std::regex("(#[0-9]+)+:"), ":");
}

// A file of Winnow as another project would have written it.
inline std::string ByOthers(const std::string& bytes) {
  onnx_pb::ModelProto model;
  model.ParseFromString(bytes);
  model.clear_metadata_props();
  return model.SerializeAsString();
}

}  // namespace winnow
