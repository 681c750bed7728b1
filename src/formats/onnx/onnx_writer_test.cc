#include "formats/onnx/onnx_writer.h"

#include <gtest/gtest.h>

#include <map>

#include "formats/onnx/onnx_file.h"
#include "formats/onnx/onnx_testing.h"
#include "formats/testing.h"

namespace winnow {
namespace {

onnx_pb::ModelProto Written(const Model& model, const OnnxExtents& extents = {}) {
  onnx_pb::ModelProto proto;
  EXPECT_TRUE(proto.ParseFromString(SerializeOnnx(model, extents)));
  return proto;
}

std::map<std::string, onnx_pb::TensorProto> Initializers(const onnx_pb::ModelProto& proto) {
  std::map<std::string, onnx_pb::TensorProto> tensors;
  for (const onnx_pb::TensorProto& tensor : proto.graph().initializer()) {
    EXPECT_TRUE(tensors.emplace(tensor.name(), tensor).second) << tensor.name();
  }
  return tensors;
}

std::string ShapeText(const onnx_pb::ValueInfoProto& value) {
  std::string text = value.name() + ":";
  for (const auto& dim : value.type().tensor_type().shape().dim()) {
    text += " " + (dim.has_dim_value() ? std::to_string(dim.dim_value()) : dim.dim_param());
  }
  return text;
}

Model FineOutputOnly(Model model) {
  model.graph.SetOutputs({model.graph.output()});
  return model;
}

TEST(OnnxWriter, TheFileOfAModel) {
  const Model model = EveryOperatorModel();
  const onnx_pb::ModelProto proto = Written(model);
  EXPECT_EQ(proto.ir_version(), 7);
  ASSERT_EQ(proto.opset_import_size(), 1);
  EXPECT_EQ(proto.opset_import(0).version(), 13);
  EXPECT_EQ(proto.producer_name(), "winnow");
  ASSERT_EQ(proto.graph().input_size(), 1);
  EXPECT_EQ(ShapeText(proto.graph().input(0)), "input: batch 3 height width");
  EXPECT_EQ(proto.graph().input(0).doc_string(),
            "rgb pictures, numbers 0..255.0 less the mean [114.4,111.5,103.02]; height and width "
            "in multiples of 4");
  ASSERT_EQ(proto.graph().output_size(), 2);
  const std::string coarse = model.graph.node(model.graph.outputs()[0]).name;
  EXPECT_EQ(ShapeText(proto.graph().output(0)),
            coarse + ": batch 3 height:" + coarse + " width:" + coarse);
  EXPECT_EQ(ShapeText(proto.graph().output(1)), "output: batch 3 height*2 width*2");
}

TEST(OnnxWriter, EveryAttributeSaysItsType) {
  const onnx_pb::ModelProto proto = Written(EveryOperatorModel());
  for (const onnx_pb::NodeProto& node : proto.graph().node()) {
    for (const onnx_pb::AttributeProto& attribute : node.attribute()) {
      EXPECT_NE(attribute.type(), onnx_pb::AttributeProto::NONE)
          << node.name() << " " << attribute.name();
    }
  }
}

TEST(OnnxWriter, WeightsHaveTheirNamesAndShapesAndZeros) {
  const Model model = EveryOperatorModel();
  const auto tensors = Initializers(Written(model));
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    const Param& param = model.graph.params()[i];
    ASSERT_TRUE(tensors.contains(param.name)) << param.name;
    const onnx_pb::TensorProto& tensor = tensors.at(param.name);
    const Shape shape(tensor.dims().begin(), tensor.dims().end());
    const bool broadcast = param.name == "slopes.weight" || param.name.starts_with("norm.");
    EXPECT_EQ(shape, broadcast ? Shape({param.shape[0], 1, 1}) : param.shape) << param.name;
    const auto* values = reinterpret_cast<const float*>(tensor.raw_data().data());
    EXPECT_TRUE(std::equal(model.weights[i].data.begin(), model.weights[i].data.end(), values));
  }
}

TEST(OnnxWriter, AFileForOneSize) {
  const Model model = FineOutputOnly(EveryOperatorModel());
  const onnx_pb::ModelProto proto = Written(model, {.height = 8, .width = 16});
  EXPECT_EQ(ShapeText(proto.graph().input(0)), "input: 1 3 8 16");
  EXPECT_EQ(ShapeText(proto.graph().output(0)), "output: 1 3 16 32");
  ExpectError(ErrorKind::kInvalidArgument, {"multiples of 4 pixels, not 16x9"},
              [&] { SerializeOnnx(model, {.height = 9, .width = 16}); });
  ExpectError(ErrorKind::kInvalidArgument, {"not 0x8"},
              [&] { SerializeOnnx(model, {.height = 8, .width = 0}); });
}

TEST(OnnxWriter, WhatNoOutputNeedsIsLeftOut) {
  Model model = EveryOperatorModel();
  model.graph.SetOutputs({1});  // the head
  const onnx_pb::ModelProto proto = Written(model);
  EXPECT_EQ(proto.graph().node_size(), 1);
  EXPECT_EQ(proto.graph().initializer_size(), 2);
}

// A node may be called as a weight, the input or the output is.
TEST(OnnxWriter, NamesOfResultsAreUnique) {
  GraphBuilder b;
  NodeId y = b.Conv(b.Input(3), "a", 3);
  for (const char* name : {"a.weight", "output", "a/begin"}) y = b.Apply(Relu{}, {y}, name);
  y = b.Apply(SliceChannels{0, 3}, {y}, "a.bias");
  Model model;
  model.graph = b.Finish({b.Conv(y, "b", 3)});
  FillWeights(model, 1);
  const onnx_pb::ModelProto proto = Written(model);
  std::set<std::string> names = {"input"};
  for (const auto& [name, tensor] : Initializers(proto)) names.insert(name);
  for (const onnx_pb::NodeProto& node : proto.graph().node()) {
    for (const std::string& output : node.output()) EXPECT_TRUE(names.insert(output).second);
  }
  EXPECT_EQ(ParseOnnx(proto.SerializeAsString(), "names.onnx").graph.nodes().size(), 6u);
}

TEST(OnnxWriter, SharedWeightsAreWrittenOnce) {
  GraphBuilder b;
  const NodeId once = b.Conv(b.Input(3), "same", 3);
  Model model;
  model.graph = b.Finish({b.Conv(once, "same", 3)});
  FillWeights(model, 1);
  EXPECT_EQ(Initializers(Written(model)).size(), 2u);
}

TEST(OnnxWriter, TheSameComesBack) {
  const Model model = FineOutputOnly(EveryOperatorModel());
  const OnnxNetwork first = ParseOnnx(SerializeOnnx(model), "first.onnx");
  EXPECT_EQ(first.opset, 13);
  for (const Param& param : model.graph.params()) {
    if (param.name == "factors") continue;  // constants, taken into the LayerNorm
    EXPECT_TRUE(first.graph.HasParam(param.name)) << param.name;
    EXPECT_EQ(first.graph.param(first.graph.FindParam(param.name)), param);
  }
  Model again = model;
  again.graph = first.graph;
  again.weights = first.weights;
  const OnnxNetwork second = ParseOnnx(SerializeOnnx(again), "second.onnx");
  EXPECT_EQ(DumpWithoutNumbers(second.graph), DumpWithoutNumbers(first.graph));
  EXPECT_EQ(second.weights, first.weights);
}

TEST(OnnxWriter, Refusals) {
  Model model = EveryOperatorModel();
  model.weights.clear();
  ExpectError(ErrorKind::kInvalidArgument, {"every operator", "no weights", "give a model file"},
              [&] { SerializeOnnx(model); });
  GraphBuilder b;
  model.graph = b.Finish({b.Conv(b.Conv(b.Input(3), "wide", 8192), "deep", 8192)});
  ExpectError(ErrorKind::kUnsupported, {"2416869376 bytes", "2 GiB", ".safetensors"},
              [&] { SerializeOnnx(model); });
}

}  // namespace
}  // namespace winnow
