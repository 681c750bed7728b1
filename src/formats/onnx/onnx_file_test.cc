#include "formats/onnx/onnx_file.h"

#include <gtest/gtest.h>

#include "formats/onnx/onnx_testing.h"
#include "formats/testing.h"

namespace winnow {
namespace {

OnnxNetwork Import(const OnnxBuilder& builder) { return ParseOnnx(builder.Bytes(), "file.onnx"); }

// The operators behind the input, as "name:op" in order.
std::string Ops(const Graph& graph) {
  std::string text;
  for (std::size_t id = 1; id < graph.nodes().size(); ++id) {
    text += (text.empty() ? "" : " ") + std::string(OpName(graph.nodes()[id].op));
  }
  return text;
}

const Op& LastOp(const OnnxNetwork& network) {
  return network.graph.node(network.graph.output()).op;
}

TEST(OnnxFile, ASuperResolutionNetwork) {
  OnnxBuilder b;
  const std::string body = b.Conv("x", "body", 3, 8);
  b.Node("PRelu", {body, b.Weight("slopes", {8, 1, 1})}, {"act"});
  b.Node("Identity", {"act"}, {"same"});
  const std::string tail = b.Conv("same", "tail", 8, 12);
  auto& shuffle = b.Node("DepthToSpace", {tail}, {"up"});
  b.Set(shuffle, "blocksize", std::int64_t{2});
  b.Set(shuffle, "mode", std::string("CRD"));
  auto& resize = b.Node("Resize", {"x", "", b.Floats("factors", {4}, {1, 1, 2, 2})}, {"large"});
  b.Set(resize, "mode", std::string("nearest"));
  b.Node("Add", {"up", "large"}, {"y"});

  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d prelu conv2d pixel_shuffle resize add");
  EXPECT_EQ(network.producer, "test");
  EXPECT_EQ(network.opset, 17);
  EXPECT_EQ(network.graph.input_channels(), 3);
  const Graph& graph = network.graph;
  EXPECT_EQ(graph.param(graph.FindParam("tail.weight")).shape, (Shape{12, 8, 3, 3}));
  EXPECT_EQ(graph.param(graph.FindParam("slopes")).shape, (Shape{8}));
  EXPECT_EQ(std::get<PixelShuffle>(graph.node(4).op), (PixelShuffle{2, ShuffleOrder::kCrd}));
  EXPECT_EQ(std::get<Resize>(graph.node(5).op), (Resize{ResizeMode::kNearest, 2, 1}));
  EXPECT_EQ(network.weights[graph.FindParam("body.bias")].data[2], 2.0f / 16 - 0.25f);
}

TEST(OnnxFile, PixelShuffleSpelledOut) {
  OnnxBuilder b;
  const std::string wide = b.Conv("x", "wide", 3, 12);
  // As exported for any size: the extents are computed from Shape.
  b.Node("Shape", {wide}, {"shape"});
  b.Set(b.Node("Gather", {"shape", b.Integers("h_axis", {2})}, {"h"}), "axis", std::int64_t{0});
  b.Node("Gather", {"shape", b.Integers("w_axis", {3})}, {"w"});
  b.Node("Mul", {"h", b.Integers("two", {2})}, {"h2"});
  b.Node("Mul", {"w", "two"}, {"w2"});
  b.Set(b.Node("Concat", {b.Integers("head", {1, 3, 2, 2}), "h", "w"}, {"cut"}), "axis",
        std::int64_t{0});
  b.Set(b.Node("Concat", {b.Integers("head2", {1, 3}), "h2", "w2"}, {"joined"}), "axis",
        std::int64_t{0});
  b.Node("Reshape", {wide, "cut"}, {"six"});
  b.SetInts(b.Node("Transpose", {"six"}, {"moved"}), "perm", {0, 1, 4, 2, 5, 3});
  b.Node("Reshape", {"moved", "joined"}, {"y"});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d pixel_shuffle");
  EXPECT_EQ(std::get<PixelShuffle>(LastOp(network)), (PixelShuffle{2, ShuffleOrder::kCrd}));
}

TEST(OnnxFile, ChannelShufflesBecomeAConvolutionOfOnes) {
  OnnxBuilder b;
  const std::string wide = b.Conv("x", "wide", 3, 6);
  b.Node("Reshape", {wide, b.Integers("cut", {0, 2, 3, -1, 320})}, {"five"});
  b.SetInput({1, 3, 192, 320});
  b.SetInts(b.Node("Transpose", {"five"}, {"moved"}), "perm", {0, 2, 1, 3, 4});
  b.Node("Reshape", {"moved", b.Integers("joined", {1, 6, 192, 320})}, {"order"});
  b.Conv("order", "y", 6, 3);
  const OnnxNetwork network = Import(b);
  ASSERT_EQ(Ops(network.graph), "conv2d conv2d conv2d");
  const auto& conv = std::get<Conv2d>(network.graph.node(2).op);
  const Tensor& weight = network.weights[conv.weight];
  EXPECT_EQ(weight.shape, (Shape{6, 6, 1, 1}));
  const int from[] = {0, 3, 1, 4, 2, 5};
  for (int o = 0; o < 6; ++o) {
    for (int i = 0; i < 6; ++i) EXPECT_EQ(weight.data[o * 6 + i], i == from[o] ? 1 : 0);
  }
  ASSERT_EQ(network.notes.size(), 1u);
  EXPECT_NE(network.notes[0].find("320x192"), std::string::npos);
}

TEST(OnnxFile, AffineOperatorsGoIntoTheConvolutionBefore) {
  OnnxBuilder b;
  const std::string conv = b.Conv("x", "conv", 3, 3);
  b.Node("BatchNormalization",
         {conv, b.Floats("gamma", {3}, {2, 2, 2}), b.Floats("beta", {3}, {1, 2, 3}),
          b.Floats("mean", {3}, {0, 1, 0}), b.Floats("var", {3}, {4, 4, 1})},
         {"norm"});
  b.Set(*b.graph().mutable_node(1), "epsilon", 0.0f);
  b.Node("Mul", {"norm", b.Floats("half", {}, {0.5f})}, {"y"});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d");
  const Tensor& weight = network.weights[network.graph.FindParam("conv.weight")];
  const Tensor& bias = network.weights[network.graph.FindParam("conv.bias")];
  const auto original = [](int i) { return static_cast<float>(i % 13) / 16 - 0.25f; };
  EXPECT_EQ(weight.data[1], original(1) * 0.5f);
  EXPECT_EQ(weight.data[2 * 27 + 5], original(2 * 27 + 5));
  EXPECT_EQ(bias.data[1], original(1) * 0.5f + (2 - 1.0f) * 0.5f);
  EXPECT_EQ(bias.data[2], original(2) + 1.5f);
}

TEST(OnnxFile, ContrastAttentionFromSumsAndSquares) {
  OnnxBuilder b;
  const std::string x = b.Conv("x", "conv", 3, 8);
  const auto mean = [&](const std::string& in, const std::string& out) {
    b.SetInts(b.Node("ReduceMean", {in}, {out}), "axes", {2, 3});
  };
  mean(x, "mean");
  b.Node("Sub", {x, "mean"}, {"centred"});
  b.Node("Pow", {"centred", b.Floats("two", {}, {2})}, {"square"});
  mean("square", "variance");
  b.Node("Pow", {"variance", b.Floats("root", {}, {0.5f})}, {"deviation"});
  b.Node("Add", {"deviation", "mean"}, {"contrast"});
  b.Node("Sigmoid", {"contrast"}, {"gate"});
  b.Node("Mul", {x, "gate"}, {"weighed"});
  b.Conv("weighed", "y", 8, 3);
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d global_pool global_pool add sigmoid multiply conv2d");
}

TEST(OnnxFile, ResizingToTheSizeOfAnotherResult) {
  OnnxBuilder b;
  auto& stride = b.Node("Conv", {"x", b.Weight("w", {3, 3, 3, 3})}, {"small"});
  b.SetInts(stride, "strides", {2, 2});
  auto& pool = b.Node("MaxPool", {"small"}, {"pooled"});
  b.SetInts(pool, "kernel_shape", {7, 7});
  b.SetInts(pool, "strides", {3, 3});
  b.Node("Shape", {"x"}, {"size"});
  auto& resize = b.Node("Resize", {"pooled", "", "", "size"}, {"large"});
  b.Set(resize, "mode", std::string("linear"));
  b.Node("Add", {"large", "x"}, {"y"});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d pool resize add");
  EXPECT_EQ(network.graph.node(3).inputs, (std::vector<NodeId>{2, 0}));
}

TEST(OnnxFile, ChannelsLast) {
  OnnxBuilder b;
  b.SetInput({0, 0, 0, 3});
  b.SetInts(b.Node("Transpose", {"x"}, {"first"}), "perm", {0, 3, 1, 2});
  const std::string conv = b.Conv("first", "conv", 3, 12);
  auto& shuffle = b.Node("DepthToSpace", {conv}, {"up"});
  b.Set(shuffle, "blocksize", std::int64_t{2});
  b.SetInts(b.Node("Transpose", {"up"}, {"last"}), "perm", {0, 2, 3, 1});
  b.Node("Add", {"last", b.Floats("mean", {3}, {1, 2, 3})}, {"y"});
  const OnnxNetwork network = Import(b);
  ASSERT_EQ(Ops(network.graph), "conv2d pixel_shuffle scale_shift");
  EXPECT_EQ(std::get<PixelShuffle>(network.graph.node(2).op).order, ShuffleOrder::kDcr);
  EXPECT_EQ(std::get<ScaleShift>(LastOp(network)).shift, (std::vector<float>{1, 2, 3}));
}

TEST(OnnxFile, HalvesAndOpenChannels) {
  OnnxBuilder b(0);
  onnx_pb::TensorProto& weight = *b.graph().add_initializer();
  weight.set_name("w");
  weight.set_data_type(onnx_pb::TensorProto::FLOAT16);
  for (int extent : {1, 1, 1, 1}) weight.add_dims(extent);
  weight.set_raw_data(std::string("\x00\x3e", 2));  // 1.5
  b.Node("Conv", {"x", "w"}, {"y"});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(network.graph.input_channels(), 1);
  EXPECT_EQ(network.weights[0].data[0], 1.5f);
}

TEST(OnnxFile, SharedWeightsAreOneParamAndStayAsTheyAre) {
  OnnxBuilder b;
  const std::string first = b.Conv("x", "conv", 3, 3);
  b.Node("Mul", {first, b.Floats("two", {}, {2})}, {"twice"});
  b.SetInts(b.Node("Conv", {"twice", "conv.weight", "conv.bias"}, {"y"}), "pads", {1, 1, 1, 1});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d scale_shift conv2d");
  EXPECT_EQ(network.graph.params().size(), 2u);
}

// norm = (x - mean) / sqrt(variance + epsilon), over `axes`.
void AddNormalisation(OnnxBuilder& b, const std::string& x, const std::vector<std::int64_t>& axes) {
  b.SetInts(b.Node("ReduceMean", {x}, {"mean"}), "axes", axes);
  b.Node("Sub", {x, "mean"}, {"centred"});
  b.Node("Pow", {"centred", b.Floats("two", {}, {2})}, {"square"});
  b.SetInts(b.Node("ReduceMean", {"square"}, {"variance"}), "axes", axes);
  b.Node("Add", {"variance", b.Floats("epsilon", {}, {1e-6f})}, {"sum"});
  b.Node("Sqrt", {"sum"}, {"root"});
  b.Node("Div", {"centred", "root"}, {"norm"});
}

TEST(OnnxFile, LayerNormSpelledOut) {
  OnnxBuilder b;
  AddNormalisation(b, b.Conv("x", "conv", 3, 4), {1});
  b.Node("Mul", {b.Floats("weight", {1, 4, 1, 1}, {1, 2, 3, 4}), "norm"}, {"scaled"});
  b.Node("Add", {"scaled", b.Floats("bias", {4, 1, 1}, {5, 6, 7, 8})}, {"y"});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d layer_norm");
  const auto& norm = std::get<LayerNorm>(LastOp(network));
  EXPECT_FLOAT_EQ(norm.epsilon, 1e-6f);
  EXPECT_EQ(network.weights[norm.weight].data, (AlignedVector<float>{1, 2, 3, 4}));
  EXPECT_EQ(network.weights[norm.bias].data, (AlignedVector<float>{5, 6, 7, 8}));
}

TEST(OnnxFile, NormalisingOverThePictureIsRefused) {
  OnnxBuilder b;
  AddNormalisation(b, b.Conv("x", "conv", 3, 4), {2, 3});
  b.Node("Identity", {"norm"}, {"y"});
  ExpectError(ErrorKind::kUnsupported, {"norm", "over other axes than the channels"},
              [&] { Import(b); });
}

TEST(OnnxFile, LayerNormalizationOfChannelsLast) {
  OnnxBuilder b;
  b.SetInts(b.Node("Transpose", {b.Conv("x", "conv", 3, 4)}, {"last"}), "perm", {0, 2, 3, 1});
  auto& node =
      b.Node("LayerNormalization",
             {"last", b.Floats("weight", {4}, {1, 2, 3, 4}), b.Floats("bias", {4}, {5, 6, 7, 8})},
             {"norm"});
  b.Set(node, "axis", std::int64_t{-1});
  b.Set(node, "epsilon", 1e-3f);
  b.SetInts(b.Node("Transpose", {"norm"}, {"y"}), "perm", {0, 3, 1, 2});
  const OnnxNetwork network = Import(b);
  EXPECT_EQ(Ops(network.graph), "conv2d layer_norm");
  const auto& norm = std::get<LayerNorm>(LastOp(network));
  EXPECT_FLOAT_EQ(norm.epsilon, 1e-3f);
  EXPECT_EQ(network.weights[norm.weight].data, (AlignedVector<float>{1, 2, 3, 4}));
  EXPECT_EQ(network.weights[norm.bias].data, (AlignedVector<float>{5, 6, 7, 8}));

  OnnxBuilder rows;
  rows.Node("LayerNormalization", {rows.Conv("x", "conv", 3, 4), rows.Floats("weight", {1}, {1})},
            {"y"});
  ExpectError(ErrorKind::kUnsupported, {"over other axes than the channels"},
              [&] { Import(rows); });
}

// 0.5 * x * (1 + erf(x / sqrt 2)) in two of the orders that exporters have.
TEST(OnnxFile, GeluSpelledOut) {
  for (bool half_first : {false, true}) {
    OnnxBuilder b;
    const std::string x = b.Conv("x", "conv", 3, 4);
    b.Node("Div", {x, b.Floats("root", {}, {1.41421356f})}, {"inner"});
    b.Node("Erf", {"inner"}, {"erf"});
    b.Node("Add", {b.Floats("one", {}, {1}), "erf"}, {"sum"});
    b.Floats("half", {}, {0.5f});
    if (half_first) {
      b.Node("Mul", {x, "half"}, {"part"});
      b.Node("Mul", {"part", "sum"}, {"y"});
    } else {
      b.Node("Mul", {x, "sum"}, {"part"});
      b.Node("Mul", {"part", "half"}, {"y"});
    }
    const OnnxNetwork network = Import(b);
    EXPECT_EQ(Ops(network.graph), "conv2d gelu");
    EXPECT_EQ(std::get<Gelu>(LastOp(network)).form, GeluForm::kErf);
  }
}

TEST(OnnxFile, GeluAndWhatOnlyLooksLikeIt) {
  OnnxBuilder b(3, 20);
  b.Set(b.Node("Gelu", {b.Conv("x", "conv", 3, 4)}, {"y"}), "approximate", std::string("tanh"));
  EXPECT_EQ(std::get<Gelu>(LastOp(Import(b))).form, GeluForm::kTanh);

  OnnxBuilder other;
  const std::string x = other.Conv("x", "conv", 3, 4);
  other.Node("Erf", {x}, {"erf"});  // without the root of 2
  other.Node("Add", {"erf", other.Floats("one", {}, {1})}, {"sum"});
  other.Node("Mul", {x, "sum"}, {"y"});
  ExpectError(ErrorKind::kUnsupported, {"uses Erf in another way"}, [&] { Import(other); });
}

}  // namespace
}  // namespace winnow
