#include "compress/moments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "graph/builder.h"

namespace winnow {
namespace {

Tensor RandomTensor(const Shape& shape, std::uint64_t seed) {
  Random random(seed);
  Tensor tensor(shape);
  for (float& x : tensor.data) x = static_cast<float>(random.Normal());
  return tensor;
}

struct Case {
  const char* name;
  int channels;
  int outputs;
  ConvOptions options;
  int dilation;
  int height;
  int width;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class MomentsTest : public testing::TestWithParam<Case> {};

// The input value under a tap, zero in the padding.
double At(const Tensor& input, std::int64_t c, std::int64_t y, std::int64_t x) {
  const bool inside = y >= 0 && y < input.dim(1) && x >= 0 && x < input.dim(2);
  return inside ? input.Row(c, y)[x] : 0;
}

TEST_P(MomentsTest, EqualPlainSums) {
  const Case& c = GetParam();
  GraphBuilder builder;
  const NodeId in = builder.Input(c.channels);
  const NodeId id = builder.Conv(in, "conv", c.outputs, c.options);
  const Graph graph = builder.Finish({id});
  Conv2d conv = std::get<Conv2d>(graph.node(id).op);
  conv.dilation = c.dilation;
  const auto extent = [&](int size) {
    const int window = conv.dilation * (c.options.kernel - 1) + 1;
    return (size + conv.pads.top + conv.pads.bottom - window) / conv.stride + 1;
  };
  Batch inputs;
  Batch targets;
  for (int i = 0; i < 5; ++i) {
    inputs.push_back(
        std::make_shared<Tensor>(RandomTensor({c.channels, c.height, c.width}, 10 + i)));
    targets.push_back(std::make_shared<Tensor>(
        RandomTensor({c.outputs, extent(c.height), extent(c.width)}, 20 + i)));
  }
  const std::vector<Moments> moments = GatherMoments(graph, conv, inputs, targets, 2);
  const FeatureLayout layout = FeaturesOf(graph, conv);
  ASSERT_EQ(static_cast<int>(moments.size()), conv.groups);

  const int outputs = c.outputs / conv.groups;
  for (int g = 0; g < conv.groups; ++g) {
    ASSERT_EQ(moments[g].features, layout.size());
    ASSERT_EQ(moments[g].outputs, outputs);
    const int size = layout.size() + outputs;
    Eigen::MatrixXd wanted = Eigen::MatrixXd::Zero(size, size);
    int pixels = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      for (int y = 0; y < targets[i]->dim(1); ++y) {
        for (int x = 0; x < targets[i]->dim(2); ++x) {
          Eigen::VectorXd row = Eigen::VectorXd::Ones(size);
          for (int t = 0; t < layout.taps; ++t) {
            for (int k = 0; k < layout.channels; ++k) {
              row[t * layout.channels + k] =
                  At(*inputs[i], g * layout.channels + k,
                     y * conv.stride - conv.pads.top + t / c.options.kernel * conv.dilation,
                     x * conv.stride - conv.pads.left + t % c.options.kernel * conv.dilation);
            }
          }
          for (int o = 0; o < outputs; ++o) {
            row[layout.size() + o] = targets[i]->Row(g * outputs + o, y)[x];
          }
          wanted += row * row.transpose();
          ++pixels;
        }
      }
    }
    // Products of normal numbers, added in single precision.
    const double tolerance = 1e-5 * pixels;
    for (int i = 0; i < size; ++i) {
      for (int j = i; j < size; ++j) EXPECT_NEAR(moments[g].sum(i, j), wanted(i, j), tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Moments, MomentsTest,
    testing::Values(
        Case{"plain", 5, 3, {}, 1, 7, 9}, Case{"pointwise", 6, 4, {.kernel = 1}, 1, 6, 5},
        Case{"strided", 4, 2, {.kernel = 3, .stride = 2}, 1, 8, 9},
        Case{"grouped", 6, 4, {.groups = 2}, 1, 5, 5},
        Case{"dilated without bias", 3, 2, {.kernel = 3, .pad = 2, .bias = false}, 2, 6, 7},
        Case{"one pixel", 3, 2, {}, 1, 1, 1}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST(Moments, AreTheSameForAnyNumberOfThreads) {
  GraphBuilder builder;
  const NodeId id = builder.Conv(builder.Input(4), "conv", 3);
  const Graph graph = builder.Finish({id});
  Batch inputs;
  Batch targets;
  for (int i = 0; i < 6; ++i) {
    inputs.push_back(std::make_shared<Tensor>(RandomTensor({4, 9, 9}, i)));
    targets.push_back(std::make_shared<Tensor>(RandomTensor({3, 9, 9}, 50 + i)));
  }
  const Conv2d& conv = std::get<Conv2d>(graph.node(id).op);
  const auto one = GatherMoments(graph, conv, inputs, targets, 1);
  const auto three = GatherMoments(graph, conv, inputs, targets, 3);
  EXPECT_EQ(one[0].sum, three[0].sum);
}

// A large picture is sampled in all of its columns.
TEST(Moments, SampleOfALargePictureSeesEveryColumn) {
  GraphBuilder builder;
  const NodeId id = builder.Conv(builder.Input(1), "conv", 1, {.kernel = 1, .bias = false});
  const Graph graph = builder.Finish({id});
  constexpr int kExtent = 256;
  auto input = std::make_shared<Tensor>(Shape{1, kExtent, kExtent});
  for (int y = 0; y < kExtent; ++y) {
    for (int x = 0; x < kExtent; ++x) input->Row(0, y)[x] = x % 2 == 0 ? 1.0f : 0.0f;
  }
  const Batch batch = {input};
  const auto moments = GatherMoments(graph, std::get<Conv2d>(graph.node(id).op), batch, batch, 1);
  const double sampled = moments[0].sum(0, 0);
  EXPECT_GT(sampled, 1000);
  EXPECT_LT(sampled, kExtent * kExtent / 4);
}

}  // namespace
}  // namespace winnow
