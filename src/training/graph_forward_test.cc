#include "training/graph_forward.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace winnow {
namespace {

using Values = std::vector<float>;

at::Tensor Make(std::vector<std::int64_t> shape, const Values& values) {
  return at::tensor(values, at::kFloat).view(shape);
}

// A one-operator network on inputs [1, c, h, w]; more inputs than one are slices of the first.
class OneOp {
 public:
  explicit OneOp(int channels) { graph_.AddNode({Input{channels}, {}, "input"}); }

  ParamId Param(const std::string& name, Shape shape, const Values& values) {
    weights_.push_back(Make(shape, values));
    return graph_.AddParam({name, std::move(shape)});
  }
  NodeId Slice(int begin, int end) {
    return graph_.AddNode({SliceChannels{begin, end}, {0}, "slice" + std::to_string(begin)});
  }
  at::Tensor Run(const Op& op, const at::Tensor& x, std::vector<NodeId> inputs = {0}) {
    graph_.SetOutputs({graph_.AddNode({op, std::move(inputs), "op"})});
    return GraphForward(graph_, x, weights_).back();
  }

 private:
  Graph graph_;
  std::vector<at::Tensor> weights_;
};

void ExpectTensor(const at::Tensor& actual, std::vector<std::int64_t> shape, const Values& expected,
                  float tolerance = 1e-6f) {
  ASSERT_EQ(actual.sizes(), at::IntArrayRef(shape));
  const at::Tensor flat = actual.detach().contiguous().view({-1});
  for (std::int64_t i = 0; i < flat.numel(); ++i) {
    EXPECT_NEAR(flat[i].item<float>(), expected[i], tolerance) << "element " << i;
  }
}

at::Tensor Ramp(std::int64_t c, std::int64_t h, std::int64_t w) {
  return at::arange(c * h * w, at::kFloat).view({1, c, h, w});
}

TEST(GraphForwardTest, ConvolutionIsCrossCorrelation) {
  OneOp net(1);
  const ParamId weight = net.Param("w", {1, 1, 1, 2}, {1, 10});
  const ParamId bias = net.Param("b", {1}, {100});
  ExpectTensor(net.Run(Conv2d{.weight = weight, .bias = bias}, Ramp(1, 2, 3)), {1, 1, 2, 2},
               {110, 121, 143, 154});
}

TEST(GraphForwardTest, ConvolutionPadsEachSideApart) {
  OneOp net(1);
  const ParamId weight = net.Param("w", {1, 1, 1, 2}, {1, 10});
  ExpectTensor(net.Run(Conv2d{.weight = weight, .pads = {1, 1, 0, 0}}, Ramp(1, 1, 2)), {1, 1, 2, 2},
               {0, 0, 0, 10});
}

TEST(GraphForwardTest, ConvolutionStrideDilationGroups) {
  OneOp net(2);
  const ParamId weight = net.Param("w", {2, 1, 1, 2}, {1, 1, 2, 2});
  const Conv2d op{.weight = weight, .stride = 2, .dilation = 2, .groups = 2};
  ExpectTensor(net.Run(op, Ramp(2, 1, 5)), {1, 2, 1, 2}, {2, 6, 24, 32});
}

TEST(GraphForwardTest, TransposedConvolution) {
  OneOp net(1);
  const ParamId weight = net.Param("w", {1, 1, 1, 3}, {1, 2, 3});
  const ParamId bias = net.Param("b", {1}, {0.5f});
  // Full rows: 1 2 (3+2) 4 6, from inputs 1, 2 at stride 2; then one pixel cut on each side.
  const ConvTranspose2d op{.weight = weight, .bias = bias, .stride = 2, .pads = {0, 1, 0, 1}};
  ExpectTensor(net.Run(op, Make({1, 1, 1, 2}, {1, 2})), {1, 1, 1, 3}, {2.5f, 5.5f, 4.5f});
}

TEST(GraphForwardTest, TransposedConvolutionCutsEachSideApart) {
  OneOp net(1);
  const ParamId weight = net.Param("w", {1, 1, 1, 3}, {1, 2, 3});
  const ConvTranspose2d op{.weight = weight, .stride = 2, .pads = {0, 2, 0, 0}};
  ExpectTensor(net.Run(op, Make({1, 1, 1, 2}, {1, 2})), {1, 1, 1, 3}, {5, 4, 6});
}

TEST(GraphForwardTest, AddAndMultiplyBroadcastOnePixel) {
  for (const bool multiply : {false, true}) {
    OneOp net(1);
    const NodeId x = net.Slice(0, 1);
    const Op op = multiply ? Op(Multiply{}) : Op(Add{});
    ExpectTensor(net.Run(op, Make({1, 1, 1, 2}, {3, 5}), {0, x}), {1, 1, 1, 2},
                 multiply ? Values{9, 25} : Values{6, 10});
  }
}

TEST(GraphForwardTest, ConcatAlongEveryAxis) {
  const at::Tensor x = Make({1, 2, 1, 1}, {1, 2});
  const std::vector<std::pair<Axis, std::vector<std::int64_t>>> cases = {
      {Axis::kChannel, {1, 2, 1, 1}}, {Axis::kHeight, {1, 1, 2, 1}}, {Axis::kWidth, {1, 1, 1, 2}}};
  for (const auto& [axis, shape] : cases) {
    OneOp net(2);
    const NodeId first = net.Slice(0, 1), second = net.Slice(1, 2);
    ExpectTensor(net.Run(Concat{axis}, x, {second, first}), shape, {2, 1});
  }
}

TEST(GraphForwardTest, SplitSpatial) {
  ExpectTensor(OneOp(1).Run(SplitSpatial{Axis::kHeight, 2, 1}, Ramp(1, 2, 2)), {1, 1, 1, 2},
               {2, 3});
  ExpectTensor(OneOp(1).Run(SplitSpatial{Axis::kWidth, 2, 0}, Ramp(1, 2, 2)), {1, 1, 2, 1}, {0, 2});
}

TEST(GraphForwardTest, Activations) {
  const at::Tensor x = Make({1, 1, 1, 3}, {-2, 0, 2});
  ExpectTensor(OneOp(1).Run(Relu{}, x), {1, 1, 1, 3}, {0, 0, 2});
  ExpectTensor(OneOp(1).Run(LeakyRelu{0.1f}, x), {1, 1, 1, 3}, {-0.2f, 0, 2});
  ExpectTensor(OneOp(1).Run(Sigmoid{}, x), {1, 1, 1, 3}, {0.119203f, 0.5f, 0.880797f});
  ExpectTensor(OneOp(1).Run(Tanh{}, x), {1, 1, 1, 3}, {-0.964028f, 0, 0.964028f});
  ExpectTensor(OneOp(1).Run(Clamp{-1, 1.5f}, x), {1, 1, 1, 3}, {-1, 0, 1.5f});
}

TEST(GraphForwardTest, PReluSlopesAndGradient) {
  OneOp net(2);
  const ParamId slopes = net.Param("w", {2}, {0.5f, 3});
  const at::Tensor x = Make({1, 2, 1, 2}, {-2, 2, -1, 4});
  ExpectTensor(net.Run(PRelu{slopes}, x), {1, 2, 1, 2}, {-1, 2, -3, 4});

  const at::Tensor leaf = x.clone().set_requires_grad(true);
  const at::Tensor weight = Make({2}, {0.5f, 3}).set_requires_grad(true);
  Graph graph;
  graph.AddNode({Input{2}, {}, "input"});
  graph.AddParam({"w", {2}});
  graph.SetOutputs({graph.AddNode({PRelu{0}, {0}, "op"})});
  GraphForward(graph, leaf, {weight})[0].backward(Make({1, 2, 1, 2}, {10, 100, 1000, 10000}));
  ExpectTensor(leaf.grad(), {1, 2, 1, 2}, {5, 100, 3000, 10000});
  ExpectTensor(weight.grad(), {2}, {-20, -1000});
}

TEST(GraphForwardTest, PReluWithOneSlopeForAllChannels) {
  Graph graph;
  graph.AddNode({Input{2}, {}, "input"});
  graph.AddParam({"w", {1}});
  graph.SetOutputs({graph.AddNode({PRelu{0}, {0}, "op"})});
  const at::Tensor slope = Make({1}, {0.5f}).set_requires_grad(true);
  const at::Tensor y = GraphForward(graph, Make({1, 2, 1, 1}, {-2, -4}), {slope})[0];
  ExpectTensor(y, {1, 2, 1, 1}, {-1, -2});
  y.sum().backward();
  ExpectTensor(slope.grad(), {1}, {-6});
}

TEST(GraphForwardTest, PixelShuffleInBothOrders) {
  const at::Tensor x = at::arange(8, at::kFloat).view({1, 8, 1, 1});
  ExpectTensor(OneOp(8).Run(PixelShuffle{2, ShuffleOrder::kCrd}, x), {1, 2, 2, 2},
               {0, 1, 2, 3, 4, 5, 6, 7});
  ExpectTensor(OneOp(8).Run(PixelShuffle{2, ShuffleOrder::kDcr}, x), {1, 2, 2, 2},
               {0, 2, 4, 6, 1, 3, 5, 7});
}

TEST(GraphForwardTest, NearestResizeTakesTheFloorExactly) {
  for (const auto& [in, numerator, denominator] :
       {std::array{5, 7, 3}, {41, 41, 1}, {7, 1, 2}, {3, 4, 1}, {10, 7, 10}, {1, 3, 1}}) {
    const at::Tensor y = OneOp(1).Run(Resize{ResizeMode::kNearest, numerator, denominator},
                                      Ramp(1, 1, in).expand({1, 1, in, in}));
    const int out = in * numerator / denominator;
    ASSERT_EQ(y.size(3), out);
    ASSERT_EQ(y.size(2), out);
    for (int i = 0; i < out; ++i) EXPECT_EQ(y[0][0][0][i].item<float>(), i * in / out);
  }
}

TEST(GraphForwardTest, BilinearResizeHasHalfPixelCentres) {
  ExpectTensor(OneOp(1).Run(Resize{ResizeMode::kBilinear, 2, 1}, Make({1, 1, 1, 2}, {0, 4})),
               {1, 1, 2, 4}, {0, 1, 3, 4, 0, 1, 3, 4});
}

TEST(GraphForwardTest, ResizeToTheExtentOfAnother) {
  Graph graph;
  graph.AddNode({Input{1}, {}, "input"});
  graph.AddNode({Pool{PoolKind::kAverage, 2, 2, {}}, {0}, "small"});
  graph.SetOutputs({graph.AddNode({Resize{}, {1, 0}, "op"})});
  ExpectTensor(GraphForward(graph, Ramp(1, 2, 3), {})[0], {1, 1, 2, 3}, {2, 2, 2, 2, 2, 2});
}

TEST(GraphForwardTest, PoolingPadsWithoutWinning) {
  const at::Tensor x = Make({1, 1, 1, 2}, {-4, -8});
  const Pads pads{1, 1, 0, 0};
  ExpectTensor(OneOp(1).Run(Pool{PoolKind::kMax, 2, 1, pads}, x), {1, 1, 1, 2}, {-4, -4});
  ExpectTensor(OneOp(1).Run(Pool{PoolKind::kAverage, 2, 1, pads}, x), {1, 1, 1, 2}, {-1, -3});
  ExpectTensor(OneOp(1).Run(Pool{PoolKind::kMax, 2, 2, {}}, Ramp(1, 3, 3)), {1, 1, 1, 1}, {4});
}

TEST(GraphForwardTest, GlobalPooling) {
  const at::Tensor x = Make({1, 2, 1, 2}, {1, 3, 5, 5});
  ExpectTensor(OneOp(2).Run(GlobalPool{GlobalKind::kMean}, x), {1, 2, 1, 1}, {2, 5});
  ExpectTensor(OneOp(2).Run(GlobalPool{GlobalKind::kStd}, x), {1, 2, 1, 1}, {1, 0});
}

TEST(GraphForwardTest, GradientOfDeviation) {
  OneOp net(2);
  const at::Tensor x = Make({1, 2, 1, 2}, {1, 3, 5, 5}).set_requires_grad(true);
  net.Run(GlobalPool{GlobalKind::kStd}, x).backward(Make({1, 2, 1, 1}, {10, 100}));
  // (x - mean) / (2 pixels * deviation 1); none where all pixels are the same.
  ExpectTensor(x.grad(), {1, 2, 1, 2}, {-5, 5, 0, 0});
}

TEST(GraphForwardTest, GradientOfPartsKeepsTheLayout) {
  const at::Tensor x = Ramp(3, 2, 2).contiguous(at::MemoryFormat::ChannelsLast);
  const auto gradient = [&](const Op& op) {
    const at::Tensor leaf = x.clone().set_requires_grad(true);
    OneOp(3).Run(op, leaf).sum().backward();
    EXPECT_TRUE(leaf.grad().is_contiguous(at::MemoryFormat::ChannelsLast));
    return leaf.grad();
  };
  ExpectTensor(gradient(SliceChannels{1, 2}), {1, 3, 2, 2}, {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0});
  ExpectTensor(gradient(SplitSpatial{Axis::kHeight, 2, 1}), {1, 3, 2, 2},
               {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
  ExpectTensor(gradient(SplitSpatial{Axis::kWidth, 2, 0}), {1, 3, 2, 2},
               {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0});
}

TEST(GraphForwardTest, Padding) {
  const at::Tensor x = Make({1, 1, 1, 3}, {1, 2, 3});
  const Pads pads{0, 2, 0, 1};
  ExpectTensor(OneOp(1).Run(Pad{PadMode::kZero, pads}, x), {1, 1, 1, 6}, {0, 0, 1, 2, 3, 0});
  ExpectTensor(OneOp(1).Run(Pad{PadMode::kReflect, pads}, x), {1, 1, 1, 6}, {3, 2, 1, 2, 3, 2});
  ExpectTensor(OneOp(1).Run(Pad{PadMode::kReplicate, pads}, x), {1, 1, 1, 6}, {1, 1, 1, 2, 3, 3});
}

TEST(GraphForwardTest, ScaleShift) {
  ExpectTensor(OneOp(2).Run(ScaleShift{{2, 3}, {10, 20}}, Make({1, 2, 1, 1}, {1, 1})), {1, 2, 1, 1},
               {12, 23});
}

TEST(GraphForwardTest, StopGradientBlocksTheGradientOnly) {
  Graph graph;
  graph.AddNode({Input{1}, {}, "input"});
  graph.AddNode({StopGradient{}, {0}, "stop"});
  graph.SetOutputs({graph.AddNode({Multiply{}, {0, 1}, "op"})});
  const at::Tensor x = Make({1, 1, 1, 1}, {3}).set_requires_grad(true);
  const at::Tensor y = GraphForward(graph, x, {})[0];
  ExpectTensor(y, {1, 1, 1, 1}, {9});
  y.sum().backward();
  ExpectTensor(x.grad(), {1, 1, 1, 1}, {3});  // 2 * 3 without the stop
}

TEST(GraphForwardTest, ReturnsEveryOutputInOrder) {
  Graph graph;
  graph.AddNode({Input{1}, {}, "input"});
  graph.AddNode({ScaleShift{{2}, {0}}, {0}, "double"});
  graph.AddNode({ScaleShift{{5}, {0}}, {1}, "ten"});
  graph.SetOutputs({1, 2});
  const std::vector<at::Tensor> outputs = GraphForward(graph, Make({1, 1, 1, 1}, {1}), {});
  ASSERT_EQ(outputs.size(), 2u);
  ExpectTensor(outputs[0], {1, 1, 1, 1}, {2});
  ExpectTensor(outputs[1], {1, 1, 1, 1}, {10});
}

TEST(GraphForwardTest, Gelu) {
  const at::Tensor x = Make({1, 1, 1, 3}, {-1, 0, 2});
  ExpectTensor(OneOp(1).Run(Gelu{}, x), {1, 1, 1, 3}, {-0.158655f, 0, 1.954500f});
  ExpectTensor(OneOp(1).Run(Gelu{GeluForm::kTanh}, x), {1, 1, 1, 3}, {-0.158808f, 0, 1.954598f});
}

TEST(GraphForwardTest, UnshuffleUndoesTheShuffle) {
  Graph graph;
  graph.AddNode({Input{8}, {}, "input"});
  graph.AddNode({PixelShuffle{2}, {0}, "up"});
  graph.SetOutputs({graph.AddNode({PixelUnshuffle{2}, {1}, "down"})});
  const at::Tensor x = Ramp(8, 2, 3);
  EXPECT_TRUE(at::equal(GraphForward(graph, x, {})[0], x));
}

// Channels 1 and 3 have the mean 2 and the deviation 1, so that epsilon 3 halves them.
TEST(GraphForwardTest, LayerNormAndChannelScaleWithGradients) {
  Graph graph;
  graph.AddNode({Input{2}, {}, "input"});
  const ParamId weight = graph.AddParam({"w", {2}}), bias = graph.AddParam({"b", {2}});
  const ParamId factors = graph.AddParam({"f", {1, 2, 1, 1}});
  graph.AddNode({LayerNorm{weight, bias, 3}, {0}, "norm"});
  graph.SetOutputs({graph.AddNode({ChannelScale{factors}, {1}, "scale"})});
  const at::Tensor x = Make({1, 2, 1, 1}, {1, 3}).set_requires_grad(true);
  std::vector<at::Tensor> weights = {Make({2}, {2, 4}), Make({2}, {10, 20}),
                                     Make({1, 2, 1, 1}, {1, -1})};
  for (at::Tensor& w : weights) w.set_requires_grad(true);
  const at::Tensor y = GraphForward(graph, x, weights)[0];
  ExpectTensor(y, {1, 2, 1, 1}, {9, -22});
  y.backward(Make({1, 2, 1, 1}, {1, 1}));
  ExpectTensor(weights[0].grad(), {2}, {-0.5f, -0.5f});
  ExpectTensor(weights[1].grad(), {2}, {1, -1});
  ExpectTensor(weights[2].grad(), {1, 2, 1, 1}, {9, 22});
  // With d = (x1 - x0) / 2, y0 + y1 = 10 - 20 - (2 + 4) * d / sqrt(d^2 + 3), whose derivative by d
  // is -6 * 3 / 8 at d = 1.
  ExpectTensor(x.grad(), {1, 2, 1, 1}, {1.125f, -1.125f});
}

}  // namespace
}  // namespace winnow
