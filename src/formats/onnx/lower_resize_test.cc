#include <gtest/gtest.h>

#include "formats/onnx/onnx_file.h"
#include "formats/onnx/onnx_testing.h"
#include "formats/testing.h"

namespace winnow {
namespace {

OnnxNetwork Import(const OnnxBuilder& builder) { return ParseOnnx(builder.Bytes(), "file.onnx"); }

OnnxNetwork ImportCubic(const std::string& transform, float factor, std::int64_t outside = 0) {
  OnnxBuilder b(1);
  auto& node = b.Node("Resize", {"x", "", b.Floats("factors", {4}, {1, 1, factor, factor})}, {"y"});
  b.Set(node, "mode", std::string("cubic"));
  b.Set(node, "coordinate_transformation_mode", transform);
  b.Set(node, "exclude_outside", outside);
  return Import(b);
}

TEST(LowerResize, CubicEnlargementIsAConvolution) {
  const OnnxNetwork network = ImportCubic("half_pixel", 2);
  const Graph& graph = network.graph;
  ASSERT_EQ(graph.nodes().size(), 4u);
  EXPECT_TRUE(std::holds_alternative<Pad>(graph.node(1).op));
  EXPECT_TRUE(std::holds_alternative<Conv2d>(graph.node(2).op));
  EXPECT_TRUE(std::holds_alternative<PixelShuffle>(graph.node(3).op));
  // Half a pixel of the result beside a pixel's centre, Keys' kernel with -0.75 for each axis.
  const double left[5] = {-0.03515625, 0.26171875, 0.87890625, -0.10546875, 0};
  ASSERT_EQ(network.weights[0].shape, (Shape{4, 1, 5, 5}));
  for (int i = 0; i < 25; ++i) {
    EXPECT_FLOAT_EQ(network.weights[0].data[i], left[i / 5] * left[i % 5]);
    EXPECT_FLOAT_EQ(network.weights[0].data[75 + i], left[4 - i / 5] * left[4 - i % 5]);
  }
}

TEST(LowerResize, CubicResizingThatIsRefused) {
  const auto refuses = [](const std::string& transform, float factor, std::int64_t outside,
                          const std::string& fragment) {
    ExpectError(ErrorKind::kUnsupported, {fragment},
                [&] { ImportCubic(transform, factor, outside); });
  };
  refuses("align_corners", 2, 0, "by the coordinates align_corners");
  refuses("half_pixel", 1.5f, 0, "other than a whole factor");
  refuses("half_pixel", 0.5f, 0, "other than a whole factor");
  refuses("half_pixel", 2, 1, "leaves pixels outside");
}

// The one Resize of `axes`, by extents or by factors.
OnnxBuilder OfAxes(const std::vector<std::int64_t>& axes, const std::vector<float>& factors,
                   const std::vector<std::int64_t>& sizes = {}) {
  OnnxBuilder b(3, 18);
  if (!sizes.empty()) b.SetInput({1, 3, 24, 40});
  const OnnxBuilder::Names inputs =
      sizes.empty()
          ? OnnxBuilder::Names{"x", "",
                               b.Floats("f", {static_cast<std::int64_t>(factors.size())}, factors)}
          : OnnxBuilder::Names{"x", "", "", b.Integers("s", sizes)};
  auto& node = b.Node("Resize", inputs, {"y"});
  b.SetInts(node, "axes", axes);
  b.Set(node, "mode", std::string("linear"));
  return b;
}

TEST(LowerResize, AxesThatAreNamed) {
  const Op twice = Resize{ResizeMode::kBilinear, 2, 1};
  const std::vector<OnnxBuilder> same = {
      OfAxes({2, 3}, {2, 2}),
      OfAxes({-1, -2}, {2, 2}),
      OfAxes({1, 3, 2}, {1, 2, 2}),
      OfAxes({3, 2}, {}, {80, 48}),
  };
  for (const OnnxBuilder& b : same) {
    const OnnxNetwork network = Import(b);
    ASSERT_EQ(network.graph.nodes().size(), 2u);
    EXPECT_EQ(network.graph.node(1).op, twice);
  }
}

TEST(LowerResize, AxesThatAreRefused) {
  const auto refuses = [](ErrorKind kind, OnnxBuilder b, const std::string& fragment) {
    ExpectError(kind, {"node \"y\" (Resize, opset 18)", fragment}, [&] { Import(b); });
  };
  refuses(ErrorKind::kUnsupported, OfAxes({1, 2}, {2, 2}), "resize height and width alone");
  refuses(ErrorKind::kCorrupt, OfAxes({2, 3}, {2, 2, 2}), "3 extents or factors for 2 axes");
  refuses(ErrorKind::kCorrupt, OfAxes({2, 4}, {2, 2}), "axis 4");
  OnnxBuilder policy = OfAxes({3, 2}, {}, {80, 48});
  policy.Set(*policy.graph().mutable_node(0), "keep_aspect_ratio_policy",
             std::string("not_larger"));
  refuses(ErrorKind::kUnsupported, policy, "export with the factors themselves");
}

}  // namespace
}  // namespace winnow
