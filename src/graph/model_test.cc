#include "graph/model.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/error.h"
#include "graph/builder.h"

namespace winnow {
namespace {

// x2, one convolution of 4 -> 12 channels that is not the first.
Model Small() {
  GraphBuilder g;
  const NodeId head = g.Conv(g.Input(3), "head", 4);
  const NodeId tail = g.Conv(head, "tail", 12);
  Model model;
  model.info.scale = 2;
  model.graph = g.Finish({g.Apply(PixelShuffle{2}, {tail})});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  return model;
}

std::string ErrorOf(const Model& model) {
  try {
    Validate(model);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "valid";
}

TEST(ModelTest, AGoodModelPasses) { EXPECT_EQ(ErrorOf(Small()), "valid"); }

TEST(ModelTest, ChecksTheInfo) {
  const auto error = [](const std::function<void(ModelInfo&)>& change) {
    Model model = Small();
    change(model.info);
    return ErrorOf(model);
  };
  EXPECT_NE(error([](auto& i) { i.task = std::string("art"); }).find("task 'art'"),
            std::string::npos);
  EXPECT_NE(error([](auto& i) { i.scale = 0; }).find("scale 0"), std::string::npos);
  EXPECT_NE(error([](auto& i) { i.scale = 4; }).find("not 4 times"), std::string::npos);
  EXPECT_NE(error([](auto& i) { i.pixel_range = 2; }).find("pixel range"), std::string::npos);
  EXPECT_NE(error([](auto& i) { i.mean = {0}; }).find("one entry"), std::string::npos);
  EXPECT_NE(
      error([](auto& i) { i.mean[1] = std::numeric_limits<float>::infinity(); }).find("not finite"),
      std::string::npos);
  EXPECT_NE(error([](auto& i) { i.colour = std::string("xyz"); }).find("colour 'xyz'"),
            std::string::npos);
  EXPECT_NE(error([](auto& i) { i.colour = std::string("y"); }).find("does not fit"),
            std::string::npos);
  EXPECT_NE(error([](auto& i) { i.size_multiple = 0; }).find("size multiple"), std::string::npos);
}

TEST(ModelTest, ChecksTheWeights) {
  Model model = Small();
  model.weights.pop_back();
  EXPECT_NE(ErrorOf(model).find("3 weights for 4 params"), std::string::npos);
  model = Small();
  model.weights[1] = Tensor({5});
  EXPECT_EQ(ErrorOf(model), "model: weight 'head.bias' is [5] instead of [4]");
}

TEST(ModelTest, ChecksTheOutputs) {
  Model model = Small();
  model.graph.SetOutputs({1, 3});
  EXPECT_NE(ErrorOf(model).find("'head' has 4 channels instead of 3"), std::string::npos);
  EXPECT_NE(ErrorOf(Model()).find("no output"), std::string::npos);
}

TEST(ModelTest, ChecksThePatterns) {
  const ParamId weight = Small().graph.FindParam("tail.weight");
  const auto error = [&](ParamId id, Pattern pattern, float fill) {
    Model model = Small();
    for (float& w : model.weights[weight].data) w = fill;
    model.patterns[id] = pattern;
    return ErrorOf(model);
  };
  EXPECT_EQ(error(weight, {4, 4}, 1), "valid");
  EXPECT_EQ(error(weight, {1, 4}, 0), "valid");
  EXPECT_NE(error(weight, {1, 4}, 1).find("more than 1 nonzero"), std::string::npos);
  EXPECT_NE(error(weight, {0, 4}, 0).find("impossible pattern 0:4"), std::string::npos);
  EXPECT_NE(error(weight, {5, 4}, 0).find("impossible pattern 5:4"), std::string::npos);
  EXPECT_NE(error(weight + 1, {1, 4}, 0).find("no convolution weight"), std::string::npos);
  EXPECT_NE(error(99, {1, 4}, 0).find("no convolution weight"), std::string::npos);
  // A short group of 4 of 32 channels keeps ceil(16 * 4 / 32) = 2.
  EXPECT_NE(error(weight, {16, 32}, 1).find("more than 2 nonzero"), std::string::npos);
}

TEST(ModelTest, CostsAreQuotedForASizeThatTheNetworkTakes) {
  const auto quoted = [](int scale, int multiple) {
    const InputSize size = QuotedSize({.scale = scale, .size_multiple = multiple});
    return std::pair(size.width, size.height);
  };
  EXPECT_EQ(quoted(4, 1), std::pair(320, 180));
  EXPECT_EQ(quoted(2, 8), std::pair(320, 184));
  EXPECT_EQ(quoted(1, 16), std::pair(1280, 720));
  EXPECT_EQ(quoted(1, 32), std::pair(1280, 736));
}

}  // namespace
}  // namespace winnow
