#include "training/train_step.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "graph/builder.h"

namespace winnow {
namespace {

at::Tensor Row(const std::vector<float>& values) {
  return at::tensor(values, at::kFloat).view({1, 1, 1, static_cast<std::int64_t>(values.size())});
}

double Loss(const Graph& graph, const std::vector<float>& input, const std::vector<float>& target,
            const std::string& loss) {
  return ComputeLoss(graph, {}, Row(input), Row(target), {.loss = loss}).item<double>();
}

Graph Copies(bool with_half) {
  GraphBuilder g;
  const NodeId x = g.Input(1);
  const NodeId twice = g.Apply(ScaleShift{{2}, {0}}, {x});
  const NodeId half =
      g.Apply(SliceChannels{0, 1}, {g.Apply(SplitSpatial{Axis::kWidth, 2, 0}, {x})});
  return g.Finish(with_half ? std::vector<NodeId>{half, twice} : std::vector<NodeId>{twice});
}

TEST(ComputeLossTest, L1AndMse) {
  EXPECT_DOUBLE_EQ(Loss(Copies(false), {1, 2}, {5, 4}, "l1"), 1.5);
  EXPECT_DOUBLE_EQ(Loss(Copies(false), {1, 2}, {5, 4}, "mse"), 4.5);
}

TEST(ComputeLossTest, PsnrIsOfEachPictureByItself) {
  const at::Tensor input = at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({2, 1, 1, 2});
  const at::Tensor target = at::tensor({5.0f, 4.0f, 6.0f, 10.0f}).view({2, 1, 1, 2});
  // Twice the input is 3 and 0 away in the first picture, 0 and 2 in the second.
  const double loss =
      ComputeLoss(Copies(false), {}, input, target, {.loss = "psnr"}).item<double>();
  EXPECT_NEAR(loss, (std::log(4.5 + 1e-4) + std::log(2 + 1e-4)) / 2, 1e-6);
}

TEST(ComputeLossTest, TheSpectrumOfTheDifferenceIsAdded) {
  // Twice 1, 2 less 5, 4 is -3, 0: both frequencies of two samples are -3 / sqrt(2), without an
  // imaginary part.
  const at::Tensor loss = ComputeLoss(Copies(false), {}, Row({1, 2}), Row({5, 4}),
                                      {.loss = "l1", .frequency_weight = 0.5});
  EXPECT_NEAR(loss.item<double>(), 1.5 + 0.5 * (3 / std::sqrt(2.0)) / 2, 1e-6);
}

TEST(ComputeLossTest, SmallOutputsSeeTheAreaAverage) {
  // The coarse output 1, 2 against 6, 3; the fine one 2, 4, 6, 8 against the target itself.
  EXPECT_DOUBLE_EQ(Loss(Copies(true), {1, 2, 3, 4}, {4, 8, 6, 0}, "l1"),
                   ((5 + 1) / 2.0 + (2 + 4 + 8) / 4.0) / 2);
}

TEST(ComputeLossTest, AutocastOfTheNetworkOnly) {
  GraphBuilder g;
  const Graph graph = g.Finish({g.Conv(g.Input(1), "c", 1, {.kernel = 1, .bias = false})});
  const at::Tensor weight = at::full({1, 1, 1, 1}, 1.0f).set_requires_grad(true);
  const float value = 1.00390625f;  // one bit too long for bfloat16, which takes it as 1
  const auto loss = [&](bool bf16) {
    return ComputeLoss(graph, {weight}, Row({value}), Row({value / 2}),
                       {.loss = "l1", .bf16 = bf16});
  };
  EXPECT_FLOAT_EQ(loss(false).item<float>(), value / 2);
  const at::Tensor low = loss(true);
  EXPECT_EQ(low.scalar_type(), at::kFloat);
  EXPECT_FLOAT_EQ(low.item<float>(), 1 - value / 2);
  EXPECT_FALSE(at::autocast::is_cpu_enabled());
  low.backward();
  EXPECT_EQ(weight.grad().scalar_type(), at::kFloat);
  EXPECT_EQ(weight.grad().item<float>(), 1.0f);
}

TEST(ComputeLossTest, TheEstimateOfTheMotionIsComparedWhereItIsKnown) {
  GraphBuilder g;
  const NodeId x = g.Input(1);
  const Graph graph = g.Finish({g.Apply(ScaleShift{{2}, {0}}, {x}), x});  // the estimate first
  const float unknown = std::numeric_limits<float>::quiet_NaN();
  const auto loss = [&](const std::vector<float>& motion) {
    return ComputeLoss(graph, {}, Row({1, 2}), Row({5, 4}),
                       {.loss = "l1", .motion = Row(motion), .motion_weight = 0.5})
        .item<double>();
  };
  EXPECT_DOUBLE_EQ(loss({3, 5}), 3 + 0.5 * (1 + 1) / 2);
  EXPECT_DOUBLE_EQ(loss({3, unknown}), 3 + 0.5 * 1 / 2);
  EXPECT_DOUBLE_EQ(loss({unknown, unknown}), 3);
}

}  // namespace
}  // namespace winnow
