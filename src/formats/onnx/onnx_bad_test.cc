// Files that are refused, each with its reason and remedy.
#include <gtest/gtest.h>

#include <functional>

#include "formats/onnx/onnx_file.h"
#include "formats/onnx/onnx_testing.h"
#include "formats/testing.h"

namespace winnow {
namespace {

using Fragments = std::initializer_list<std::string_view>;

void Refused(const OnnxBuilder& builder, ErrorKind kind, Fragments fragments) {
  ExpectError(kind, fragments, [&] { ParseOnnx(builder.Bytes(), "file.onnx"); });
}
void Unsupported(const OnnxBuilder& builder, Fragments fragments) {
  Refused(builder, ErrorKind::kUnsupported, fragments);
}
void Corrupt(const OnnxBuilder& builder, Fragments fragments) {
  Refused(builder, ErrorKind::kCorrupt, fragments);
}

// x -> one node -> y.
OnnxBuilder OneNode(const std::string& type, int opset = 17) {
  OnnxBuilder b(3, opset);
  b.Node(type, {"x"}, {"y"});
  return b;
}

TEST(OnnxBad, NotProtobuf) {
  for (const char* bytes : {"", "hello", "\x08\x08"}) {
    ExpectError(ErrorKind::kCorrupt, {"file.onnx: is not an ONNX file"},
                [&] { ParseOnnx(bytes, "file.onnx"); });
  }
}

TEST(OnnxBad, OperatorsAreNamedWithOpsetAndRemedy) {
  Unsupported(OneNode("Softmax"), {"file.onnx: node \"y\" (Softmax, opset 17): ", "attention"});
  Unsupported(OneNode("Frobnicate"), {"(Frobnicate, opset 17)", "docs/import.md"});
  Unsupported(OneNode("If", 13), {"(If, opset 13)", "onnxsim"});
  Unsupported(OneNode("QuantizeLinear"), {"floating point"});
  OnnxBuilder b = OneNode("Conv");
  b.graph().mutable_node(0)->set_domain("com.example");
  Unsupported(b, {"domain \"com.example\"", "standard operators"});
}

TEST(OnnxBad, Opsets) {
  Unsupported(OneNode("Relu", 8), {"opset 8 is not imported", "9 to 21"});
  Unsupported(OneNode("Relu", 22), {"opset 22 is not imported"});
  OnnxBuilder b = OneNode("Relu");
  b.model().clear_opset_import();
  Corrupt(b, {"names no opset"});
}

TEST(OnnxBad, DataOutsideTheFile) {
  for (const char* path : {"weights.bin", "../../etc/passwd", "/etc/passwd"}) {
    OnnxBuilder b;
    b.Conv("x", "y", 3, 3);
    onnx_pb::TensorProto& weight = *b.graph().mutable_initializer(0);
    weight.clear_float_data();
    weight.set_data_location(onnx_pb::TensorProto::EXTERNAL);
    auto& entry = *weight.add_external_data();
    entry.set_key("location");
    entry.set_value(path);
    Unsupported(b, {"initializer \"y.weight\"", "another file", "save_as_external_data=False"});
    weight.clear_data_location();  // an entry without the mark is no way around
    Unsupported(b, {"another file"});
  }
}

TEST(OnnxBad, Tensors) {
  const auto with = [](auto change) {
    OnnxBuilder b;
    b.Conv("x", "y", 3, 3);
    change(*b.graph().mutable_initializer(0));
    return b;
  };
  using onnx_pb::TensorProto;
  Corrupt(with([](TensorProto& t) { t.add_float_data(1); }), {"has 82 values", "takes 81"});
  Corrupt(with([](TensorProto& t) { t.set_raw_data("abc"); }), {"has 3 bytes", "takes 324"});
  Corrupt(with([](TensorProto& t) { t.set_dims(0, -1); }), {"impossible shape"});
  Corrupt(with([](TensorProto& t) {
            for (int i = 0; i < 4; ++i) t.set_dims(i, std::int64_t{1} << 40);
          }),
          {"overflows"});
  Corrupt(with([](TensorProto& t) { t.set_float_data(4, 0.0f / 0.0f); }),
          {"value 4 is not finite"});
  Corrupt(with([](TensorProto& t) { t.set_name("y.bias"); }), {"\"y.bias\" exists twice"});
  Unsupported(with([](TensorProto& t) { t.set_data_type(99); }), {"element type 99"});
  OnnxBuilder sparse = OneNode("Relu");
  sparse.graph().add_sparse_initializer();
  Unsupported(sparse, {"sparse initializers"});
}

TEST(OnnxBad, Inputs) {
  OnnxBuilder b = OneNode("Relu");
  b.AddInput("sigma", {1});
  Unsupported(b, {"the inputs \"x\" and \"sigma\"", "one input"});
  b = OneNode("Relu");
  b.SetInput({4, 3, 0, 0});
  Unsupported(b, {"input \"x\" is a batch"});
  b.SetInput({1, 4, 0, 0});
  Unsupported(b, {"has 4 channels"});
  b.SetInput({1, 3, 0});
  Unsupported(b, {"has 3 axes"});
  b.SetInput({1, 3, 0, 0});
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx_pb::TensorProto::UINT8);
  Unsupported(b, {"made of integers"});
  b.graph().clear_input();
  Corrupt(b, {"has no input"});
}

TEST(OnnxBad, Wiring) {
  OnnxBuilder b;
  b.Node("Relu", {"nowhere"}, {"y"});
  Corrupt(b, {"input \"nowhere\" is made nowhere before it"});
  b = OneNode("Relu");
  b.Node("Relu", {"x"}, {"y"});
  Corrupt(b, {"\"y\" is made twice"});
  b = OneNode("Relu");
  b.graph().mutable_output(0)->set_name("z");
  Corrupt(b, {"output \"z\" is made nowhere"});
  b = OnnxBuilder();
  b.Node("Shape", {"x"}, {"y"});
  Unsupported(b, {"no output depends on the picture"});
  b = OnnxBuilder();
  b.Conv("x", "y", 4, 3);
  Corrupt(b, {"node \"y\" (Conv, opset 17)", "expects 4 channels"});
  b = OnnxBuilder();
  b.Node("Conv", {"x"}, {"y"});
  Corrupt(b, {"lacks input 1"});
  b = OnnxBuilder();
  b.Node("Conv", {"x", "x"}, {"y"});
  Unsupported(b, {"input 1 (\"x\") depends on the picture"});
}

TEST(OnnxBad, FormsThatAreNotImported) {
  const auto with = [](const char* type, auto change) {
    OnnxBuilder b = OneNode(type);
    change(b, *b.graph().mutable_node(0));
    return b;
  };
  using Node = onnx_pb::NodeProto;
  Unsupported(with("MaxPool",
                   [](OnnxBuilder& b, Node& n) {
                     b.SetInts(n, "kernel_shape", {2, 2});
                     b.Set(n, "ceil_mode", std::int64_t{1});
                   }),
              {"ceil_mode"});
  Unsupported(with("MaxPool",
                   [](OnnxBuilder& b, Node& n) {
                     b.SetInts(n, "kernel_shape", {2, 3});
                   }),
              {"kernel_shape"});
  Unsupported(with("Resize",
                   [](OnnxBuilder& b, Node& n) {
                     n.add_input("");
                     n.add_input(b.Floats("f", {4}, {1, 1, 2, 2}));
                     b.Set(n, "mode", std::string("linear"));
                     b.Set(n, "coordinate_transformation_mode", std::string("align_corners"));
                   }),
              {"align_corners", "align_corners=False"});
  Unsupported(with("Resize",
                   [](OnnxBuilder& b, Node& n) {
                     n.add_input("");
                     n.add_input(b.Floats("f", {4}, {1, 1, 1.5f, 1.5f}));
                     b.Set(n, "mode", std::string("cubic"));
                   }),
              {"cubically", "whole factor"});
  Unsupported(with("Resize",
                   [](OnnxBuilder& b, Node& n) {
                     n.add_input("");
                     n.add_input(b.Floats("f", {4}, {1, 1, 2, 2}));
                     b.Set(n, "mode", std::string("cubic"));
                     b.Set(n, "coordinate_transformation_mode", std::string("align_corners"));
                   }),
              {"cubically", "align_corners"});
  Unsupported(with("Slice",
                   [](OnnxBuilder& b, Node& n) {
                     n.add_input(b.Integers("s", {1}));
                     n.add_input(b.Integers("e", {100}));
                     n.add_input(b.Integers("a", {2}));
                   }),
              {"cuts a part", "crops by itself"});
  Unsupported(with("Reshape",
                   [](OnnxBuilder& b, Node& n) {
                     n.add_input(b.Integers("s", {1, 3, 128, 480}));
                   }),
              {"cuts through rows"});
  Unsupported(with("Flatten", [](OnnxBuilder&, Node&) {}), {"batch of one picture"});
  Unsupported(with("Div", [](OnnxBuilder&, Node& n) { n.add_input("x"); }),
              {"divides by something that depends on the picture"});
  Unsupported(with("Add",
                   [](OnnxBuilder& b, Node& n) {
                     b.SetInput({1, 3, 2, 2});
                     n.add_input(b.Weight("positions", {1, 1, 2, 2}));
                   }),
              {"differs from pixel to pixel"});
}

// Each says what to do.
TEST(OnnxBad, FormsThatHaveARemedy) {
  using Node = onnx_pb::NodeProto;
  struct Case {
    const char* type;
    std::function<void(OnnxBuilder&, Node&)> change;
    const char* remedy;
  };
  const auto pool = [](const char* name, std::int64_t value) {
    return [=](OnnxBuilder& b, Node& n) {
      b.SetInts(n, "kernel_shape", {3, 3});
      b.Set(n, name, value);
    };
  };
  const Case cases[] = {
      {"Div", [](OnnxBuilder&, Node& n) { n.add_input("x"); }, "; divide by a constant"},
      {"Sqrt", [](OnnxBuilder&, Node&) {}, "; replace it by one of these"},
      {"Max", [](OnnxBuilder&, Node& n) { n.add_input("x"); }, "; use Relu, LeakyRelu or Clip"},
      {"Pow", [](OnnxBuilder& b, Node& n) { n.add_input(b.Floats("e", {}, {5})); },
       "; use one of these, or another activation"},
      {"Pad",
       [](OnnxBuilder& b, Node& n) {
         n.add_input(b.Integers("p", {0, 0, 1, 1, 0, 0, 1, 1}));
         n.add_input(b.Floats("v", {}, {0.5f}));
       },
       "pads with 0.5; only 0 is imported; pad by zeros, reflect or edge"},
      {"MaxPool", pool("ceil_mode", 1), "; set ceil_mode=False"},
      {"MaxPool",
       [](OnnxBuilder& b, Node& n) {
         b.SetInts(n, "kernel_shape", {3, 3});
         b.SetInts(n, "dilations", {2, 2});
       },
       "; set dilation=1"},
      {"AveragePool",
       [](OnnxBuilder& b, Node& n) {
         b.SetInts(n, "kernel_shape", {3, 3});
         b.SetInts(n, "pads", {1, 1, 1, 1});
       },
       "; set count_include_pad=True"},
      {"Gather",
       [](OnnxBuilder& b, Node& n) {
         onnx_pb::TensorProto& indices = *b.graph().add_initializer();
         indices.set_name("i");
         indices.set_data_type(onnx_pb::TensorProto::INT64);
         for (int extent : {1, 2}) indices.add_dims(extent);
         for (int i : {0, 1}) indices.add_int64_data(i);
         n.add_input("i");
         b.Set(n, "axis", std::int64_t{1});
       },
       "has indices [1, 2]; only one number or a list is imported; pick channels"},
  };
  for (const auto& [type, change, remedy] : cases) {
    OnnxBuilder b = OneNode(type);
    change(b, *b.graph().mutable_node(0));
    Unsupported(b, {std::string(type) + ", opset 17)", remedy});
  }
}

TEST(OnnxBad, WhatDependsOnTheSizeInAnotherWay) {
  OnnxBuilder b;
  b.Node("Shape", {"x"}, {"shape"});
  b.Node("Gather", {"shape", b.Integers("two", {2})}, {"height"});
  b.Set(b.Node("Cast", {"height"}, {"h"}), "to", std::int64_t{onnx_pb::TensorProto::FLOAT});
  b.Node("Mul", {"x", "h"}, {"y"});
  Unsupported(b, {"node \"y\" (opset 17) works differently on pictures of different sizes"});
}

}  // namespace
}  // namespace winnow
