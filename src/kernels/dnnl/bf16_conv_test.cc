#include "kernels/dnnl/bf16_conv.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>

#include "kernels/dnnl/pixel_rows.h"
#include "kernels/reference/arithmetic.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

constexpr int kLanes = 16;  // of AVX-512

// A random layer with all that may surround it.
struct Case {
  ConvShape shape;
  int height, width;  // of the input
  int shuffle = 1;
  ActivationKind before = ActivationKind::kNone, after = ActivationKind::kNone;
  float slope_before = 0, slope_after = 0;
  bool residual = false;
  Tensor weight;
  std::vector<float> bias, input, added;

  int out_height() const {
    return (height + 2 * shape.pad_top - shape.kernel_height) / shape.stride + 1;
  }
  int out_width() const {
    return (width + 2 * shape.pad_left - shape.kernel_width) / shape.stride + 1;
  }
};

void FillCase(Case& c, Random& random) {
  const ConvShape& s = c.shape;
  c.weight = Tensor({s.out_channels, s.in_channels, s.kernel_height, s.kernel_width});
  for (float& w : c.weight.data) w = static_cast<float>(random.Normal());
  c.bias = RandomValues(s.out_channels, random);
  c.input = RandomValues(std::size_t{1} * s.in_channels * c.height * c.width, random);
  c.added = RandomValues(std::size_t{1} * s.out_channels * c.out_height() * c.out_width(), random);
}

Case Draw(Random& random) {
  Case c;
  ConvShape& s = c.shape;
  s.in_channels = RandomInt(random, 1, 70);
  c.shuffle = random.Below(4) == 0 ? 2 : 1;
  s.out_channels = RandomInt(random, 1, 20) * c.shuffle * c.shuffle;
  s.kernel_height = 1 + 2 * RandomInt(random, 0, 2);
  s.kernel_width = 1 + 2 * RandomInt(random, 0, 2);
  s.stride = RandomInt(random, 1, 2);
  s.pad_top = s.kernel_height / 2 - static_cast<int>(random.Below(s.kernel_height / 2 + 1));
  s.pad_left = s.kernel_width / 2 - static_cast<int>(random.Below(s.kernel_width / 2 + 1));
  c.height = RandomInt(random, std::max(1, s.kernel_height - 2 * s.pad_top), 21);
  c.width = RandomInt(random, std::max(1, s.kernel_width - 2 * s.pad_left), 90);
  c.before = static_cast<ActivationKind>(random.Below(3));
  c.after = static_cast<ActivationKind>(random.Below(3));
  c.slope_before = static_cast<float>(random.Normal());
  c.slope_after = static_cast<float>(random.Normal());
  c.residual = random.Coin();
  FillCase(c, random);
  return c;
}

// The exact sum at a place, with the documented bound.
Bounded SumAt(const Case& c, int o, int y, int x) {
  const ConvShape& s = c.shape;
  double sum = 0;
  double magnitude = 0;
  const float* w =
      c.weight.data.data() + std::int64_t{1} * o * s.in_channels * s.kernel_height * s.kernel_width;
  for (int channel = 0; channel < s.in_channels; ++channel) {
    for (int i = 0; i < s.kernel_height; ++i) {
      for (int j = 0; j < s.kernel_width; ++j, ++w) {
        const int iy = y * s.stride + i - s.pad_top;
        const int ix = x * s.stride + j - s.pad_left;
        if (iy < 0 || iy >= c.height || ix < 0 || ix >= c.width) continue;
        const double product = static_cast<double>(*w) *
                               c.input[(std::size_t{1} * channel * c.height + iy) * c.width + ix];
        sum += product;
        magnitude += std::abs(product);
      }
    }
  }
  constexpr double kRound = 0x1p-8;
  const double terms = 2.0 * s.in_channels * s.kernel_height * s.kernel_width;
  const double relative = 2 * kRound + kRound * kRound + std::pow(1 + kRound, 2) * Gamma(terms);
  return {sum, relative * magnitude + terms * kSmallestNormal};
}

Bounded Activated(ActivationKind kind, const Bounded& x, float slope) {
  if (kind == ActivationKind::kRelu) return Greater(x, Bounded(0));
  return kind == ActivationKind::kSlope ? Slope(x, slope) : x;
}

// By [output][y][x].
std::vector<Bounded> Expected(const Case& c) {
  std::vector<Bounded> result;
  for (int o = 0; o < c.shape.out_channels; ++o) {
    for (int y = 0; y < c.out_height(); ++y) {
      for (int x = 0; x < c.out_width(); ++x) {
        Bounded v = Plus(SumAt(c, o, y, x), Bounded(c.bias[o]));
        v = Activated(c.before, v, c.slope_before);
        if (c.residual) v = Plus(v, Bounded(c.added[result.size()]));
        result.push_back(Activated(c.after, v, c.slope_after));
      }
    }
  }
  return result;
}

// out[k / r^2][y * r + i][x * r + j] = in[k][y][x], where k % r^2 = i * r + j.
template <typename T>
std::vector<T> Shuffled(const Case& c, const std::vector<T>& in) {
  const int r = c.shuffle;
  const int height = c.out_height();
  const int width = c.out_width();
  std::vector<T> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const int x = static_cast<int>(i % width);
    const int y = static_cast<int>(i / width % height);
    const int k = static_cast<int>(i / width / height);
    const int phase = k % (r * r);
    out[(std::size_t{1} * (k / (r * r)) * height * r + y * r + phase / r) * width * r + x * r +
        phase % r] = in[i];
  }
  return out;
}

// A case on lanes.
struct Layer {
  Layer(const Case& c, int extra_span)
      : span(std::max((c.out_width() + kLanes - 1) / kLanes,
                      (c.width + kLanes * c.shape.stride - 1) / (kLanes * c.shape.stride)) +
             extra_span),
        in({c.shape.in_channels, c.height, c.width, span * c.shape.stride, kLanes, 0,
            c.shape.pad_top}),
        out(OutShape(c, 1)),
        added(OutShape(c, 3)) {
    in.Fill(c.input);
    added.Fill(Shuffled(c, c.added));
  }
  LaneShape OutShape(const Case& c, int halo) const {
    const int r = c.shuffle;
    return {c.shape.out_channels / (r * r),
            c.out_height() * r,
            c.out_width() * r,
            span * r,
            kLanes,
            halo,
            1};
  }
  Bf16Task Task(const Case& c) {
    const int r = c.shuffle;
    ConvTask conv;
    conv.in = in.tensor();
    conv.out = out.tensor();
    if (c.residual) conv.residual = added.tensor();
    conv.height = c.out_height();
    conv.span = span;
    conv.in_step = c.shape.stride;
    conv.out_step = r;
    conv.mask = LaneMask(c.out_width(), span, kLanes);
    conv.before = c.before;
    conv.after = c.after;
    for (int k = 0; k < c.shape.out_channels; ++k) {
      const auto offset = [&](const LaneTensor& t) {
        return k % (r * r) / r * t.row_stride + k / (r * r) * t.channel_stride + k % r * t.lanes;
      };
      conv.outputs.push_back(
          {offset(out.tensor()), offset(added.tensor()), c.bias[k], c.slope_before, c.slope_after});
    }
    return MakeBf16(conv, c.shape, c.weight, std::make_shared<ScratchPool>(1));
  }

  int span;
  LaneImage in, out, added;
};

// The result in bands of `band` rows, last ones first, after checks that the layout is kept.
std::vector<float> Convolve(const Case& c, int band, int extra_span = 0) {
  Layer layer(c, extra_span);
  const Bf16Task task = layer.Task(c);
  const int height = task.conv.height;
  for (int b = (height + band - 1) / band - 1; b >= 0; --b) {
    RunBf16(task, b * band, std::min((b + 1) * band, height));
  }
  EXPECT_TRUE(layer.out.IsConsistent());
  return layer.out.Pixels();
}

class Bf16ConvTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string obstacle = Bf16Obstacle(AvailableIsas().front());
    if (!obstacle.empty()) GTEST_SKIP() << "no convolutions in bfloat16: " << obstacle;
  }
};

TEST_F(Bf16ConvTest, StaysWithinTheBound) {
  Random random(1);
  for (int trial = 0; trial < 150; ++trial) {
    const Case c = Draw(random);
    const std::vector<Bounded> expected = Shuffled(c, Expected(c));
    const std::vector<float> result =
        Convolve(c, RandomInt(random, 1, 3) * kBf16Rows, RandomInt(random, 0, 3));
    ASSERT_EQ(result.size(), expected.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
      ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
          << "trial " << trial << ", element " << i;
    }
  }
}

TEST_F(Bf16ConvTest, PicturesOfOnePixel) {
  Random random(2);
  for (int kernel : {1, 3, 5}) {
    Case c;
    c.shape = {17, 33, kernel, kernel, 1, kernel / 2, kernel / 2};
    c.height = c.width = 1;
    FillCase(c, random);
    const std::vector<Bounded> expected = Expected(c);
    const std::vector<float> result = Convolve(c, 1);
    for (std::size_t i = 0; i < result.size(); ++i) {
      EXPECT_LE(std::abs(result[i] - expected[i].value), expected[i].error) << i;
    }
  }
}

TEST_F(Bf16ConvTest, BandsDoNotChangeABit) {
  Random random(3);
  for (int trial = 0; trial < 20; ++trial) {
    const Case c = Draw(random);
    EXPECT_EQ(Convolve(c, 1), Convolve(c, 1000)) << trial;
  }
}

// The figures that the header gives, with room for other random numbers.
TEST_F(Bf16ConvTest, IsAsAccurateAsDocumented) {
  Random random(4);
  Case c;
  c.shape = {64, 16, 3, 3, 1, 1, 1};
  c.height = 24;
  c.width = 128;
  FillCase(c, random);
  c.bias.assign(16, 0);
  const std::vector<float> result = Convolve(c, kBf16Rows);
  const std::vector<Bounded> expected = Expected(c);
  double errors = 0, squares = 0, worst = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double error = std::abs(result[i] - expected[i].value);
    errors += error * error;
    squares += expected[i].value * expected[i].value;
    worst = std::max(worst, error);
  }
  const double rms = std::sqrt(squares / static_cast<double>(result.size()));
  RecordProperty("rms", std::to_string(std::sqrt(errors / squares)));
  RecordProperty("worst", std::to_string(worst / rms));
  EXPECT_LT(std::sqrt(errors / squares), 3e-3);
  EXPECT_LT(worst / rms, 2e-2);
}

TEST_F(Bf16ConvTest, StartsNoThreads) {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  if (!std::filesystem::exists("/proc/self/task")) GTEST_SKIP() << "no /proc";
  const auto before = threads();
  Random random(5);
  Case c;
  c.shape = {64, 64, 3, 3, 1, 1, 1};
  c.height = c.width = 40;
  FillCase(c, random);
  Convolve(c, 1000);
  EXPECT_EQ(threads(), before);
}

TEST(Bf16Work, CountsPaddingAndSharedRows) {
  EXPECT_EQ(Bf16Macs({64, 64, 3, 3, 1, 1, 1}), 9 * 64 * 64);
  EXPECT_EQ(Bf16Macs({64, 3, 3, 3, 1, 1, 1}),
            9 * 64 * Bf16Macs({1, 3, 1, 1}) / Bf16Macs({1, 1, 1, 1}) * 16);
  EXPECT_EQ(Bf16Inputs({64, 3, 3, 3, 1, 1, 1}), 64 * (1 + 2.0 / kBf16Rows));
}

TEST(Bf16Obstacle, NamesTheTarget) {
  const std::string obstacle = Bf16Obstacle(Isa::kAvx2);
  if (Bf16Obstacle().empty()) {
    EXPECT_EQ(obstacle, "bfloat16 needs the target avx512, not avx2");
  } else {
    EXPECT_EQ(obstacle, Bf16Obstacle());
  }
}

TEST(FitsBf16, NeitherGroupsNorHolesNorTransposed) {
  EXPECT_TRUE(FitsBf16({.in_channels = 8, .out_channels = 8}));
  EXPECT_FALSE(FitsBf16({.in_channels = 8, .out_channels = 8, .groups = 2}));
  EXPECT_FALSE(FitsBf16({.in_channels = 8, .out_channels = 8, .dilation = 2}));
  EXPECT_FALSE(FitsBf16({.in_channels = 8, .out_channels = 8, .transposed = true}));
}

float FromBf16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

TEST(PixelRows, RoundToTheNearestEven) {
  const PixelRowKernels kernels = GetPixelRowKernels(AvailableIsas().front());
  if (kernels.from_lanes == nullptr) GTEST_SKIP() << "no AVX-512";
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<std::pair<float, float>> cases = {
      {0.0f, 0.0f},           {-0.0f, -0.0f},
      {1.0f, 1.0f},           {0x1.01p0f, 0x1.00p0f},
      {0x1.03p0f, 0x1.04p0f}, {0x1.010002p0f, 0x1.02p0f},
      {0x1.00fffep0f, 1.0f},  {0x1.fffffep127f, kInfinity},
      {kInfinity, kInfinity}, {-0x1.03p0f, -0x1.04p0f}};
  const int width = static_cast<int>(cases.size());
  LaneImage in({1, 1, width, 1, kLanes, 0, 0});
  std::vector<float> values;
  for (const auto& [from, to] : cases) values.push_back(from);
  in.Fill(values);
  std::vector<std::uint16_t> pixels(kLanes * kBf16Channels, 1);
  kernels.from_lanes(in.tensor(), 0, kBf16Channels, pixels.data());
  for (int x = 0; x < width; ++x) {
    EXPECT_EQ(FromBf16(pixels[x * kBf16Channels]), cases[x].second) << cases[x].first;
    for (int c = 1; c < kBf16Channels; ++c) EXPECT_EQ(pixels[x * kBf16Channels + c], 0);
  }
}

}  // namespace
}  // namespace winnow
