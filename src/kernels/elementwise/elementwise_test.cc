#include "kernels/elementwise/elementwise.h"

#include <gtest/gtest.h>

#include "kernels/reference/arithmetic.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

constexpr int kChannels = 3;
constexpr int kHeight = 2;
constexpr UnaryKind kUnaryKinds[] = {UnaryKind::kRelu,  UnaryKind::kSlope, UnaryKind::kSigmoid,
                                     UnaryKind::kTanh,  UnaryKind::kGelu,  UnaryKind::kGeluTanh,
                                     UnaryKind::kScale, UnaryKind::kClamp, UnaryKind::kScaleShift};

Bounded Expected(UnaryKind kind, const Bounded& x, float a, float b) {
  switch (kind) {
    case UnaryKind::kRelu:
      return Greater(x, Bounded(0));
    case UnaryKind::kSlope:
      return Slope(x, a);
    case UnaryKind::kSigmoid:
      return Logistic(x);
    case UnaryKind::kTanh:
      return HyperbolicTangent(x);
    case UnaryKind::kGelu:
      return GaussianLinear(x, false);
    case UnaryKind::kGeluTanh:
      return GaussianLinear(x, true);
    case UnaryKind::kScale:
      return Times(x, Bounded(a));
    case UnaryKind::kClamp:
      return Bound(x, a, b);
    case UnaryKind::kScaleShift:
      return Affine(x, a, b);
  }
  return x;
}

class ElementwiseTest : public testing::TestWithParam<Isa> {
 protected:
  LaneShape Shape(int width, int halo) const {
    const int lanes = Lanes(GetParam());
    return {kChannels, kHeight, width, (width + lanes - 1) / lanes + 1, lanes, halo, 1};
  }
};

TEST_P(ElementwiseTest, UnaryAgreesWithTheDefinition) {
  const ElementwiseKernels kernels = GetElementwiseKernels(GetParam());
  Random random(5);
  const std::vector<float> a = {0.25f, -1.5f, 0.1f};
  const std::vector<float> b = {1.0f, 2.0f, 0.2f};
  for (int width = 1; width <= 70; width += 3) {
    LaneImage in(Shape(width, 0));
    std::vector<float> values = RandomValues(kChannels * kHeight * width, random);
    for (float& v : values) v *= random.Coin() ? 1.0f : 60.0f;  // far enough for saturation
    in.Fill(values);
    for (UnaryKind kind : kUnaryKinds) {
      LaneImage out(Shape(width, 2));
      kernels.unary({kind, in.tensor(), out.tensor(), a.data(), b.data()}, 0, kHeight);
      EXPECT_TRUE(out.IsConsistent());
      const std::vector<float> result = out.Pixels();
      for (std::size_t i = 0; i < result.size(); ++i) {
        const int c = static_cast<int>(i) / (kHeight * width);
        const Bounded expected = Expected(kind, Bounded(values[i]), a[c], b[c]);
        ASSERT_LE(std::abs(result[i] - expected.value), expected.error)
            << "kind " << static_cast<int>(kind) << " of " << values[i];
      }
    }
  }
}

TEST_P(ElementwiseTest, BinaryIsExactlyRoundedAndBroadcasts) {
  const ElementwiseKernels kernels = GetElementwiseKernels(GetParam());
  Random random(6);
  for (int width : {1, 5, 16, 33}) {
    const std::vector<float> x = RandomValues(kChannels * kHeight * width, random);
    const std::vector<float> y = RandomValues(x.size(), random);
    LaneImage lanes_x(Shape(width, 1)), lanes_y(Shape(width, 0));
    LaneImage single({kChannels, 1, 1, 2, Lanes(GetParam()), 0, 0});
    lanes_x.Fill(x);
    lanes_y.Fill(y);
    single.Fill({1.5f, -2.0f, 3.0f});
    for (BinaryKind kind : {BinaryKind::kAdd, BinaryKind::kMultiply}) {
      for (bool broadcast : {false, true}) {
        LaneImage out(Shape(width, 1));
        const LaneTensor& second = broadcast ? single.tensor() : lanes_y.tensor();
        kernels.binary({kind, lanes_x.tensor(), second, out.tensor(), broadcast}, 0, kHeight);
        EXPECT_TRUE(out.IsConsistent());
        const std::vector<float> result = out.Pixels();
        const std::vector<float> scales = single.Pixels();
        for (std::size_t i = 0; i < result.size(); ++i) {
          const float other = broadcast ? scales[i / (kHeight * width)] : y[i];
          ASSERT_EQ(result[i], kind == BinaryKind::kAdd ? x[i] + other : x[i] * other);
        }
      }
    }
  }
}

// The gate in one pass has the bits of the two operators that it replaces.
TEST_P(ElementwiseTest, GateIsAProductWithASigmoid) {
  const ElementwiseKernels kernels = GetElementwiseKernels(GetParam());
  Random random(7);
  for (int width : {1, 7, 16, 45}) {
    LaneImage x(Shape(width, 1)), y(Shape(width, 0));
    x.Fill(RandomValues(kChannels * kHeight * width, random));
    std::vector<float> gates = RandomValues(kChannels * kHeight * width, random);
    for (float& v : gates) v *= random.Coin() ? 1.0f : 60.0f;
    y.Fill(gates);
    LaneImage open(Shape(width, 0)), expected(Shape(width, 1)), out(Shape(width, 1));
    kernels.unary({UnaryKind::kSigmoid, y.tensor(), open.tensor()}, 0, kHeight);
    kernels.binary({BinaryKind::kMultiply, x.tensor(), open.tensor(), expected.tensor()}, 0,
                   kHeight);
    kernels.binary({BinaryKind::kGate, x.tensor(), y.tensor(), out.tensor()}, 1, kHeight);
    kernels.binary({BinaryKind::kGate, x.tensor(), y.tensor(), out.tensor()}, 0, 1);
    EXPECT_TRUE(out.IsConsistent());
    ASSERT_EQ(out.Pixels(), expected.Pixels());
  }
}

std::vector<float> AsHalves(std::vector<float> values) {
  for (float& v : values) v = HalfToFloat(FloatToHalf(v));
  return values;
}

// Halves have the results of floats, rounded at the end.
TEST_P(ElementwiseTest, HalvesAreComputedInFloat) {
  if (GetParam() != Isa::kAvx512) GTEST_SKIP() << "no halves for " << Name(GetParam());
  const ElementwiseKernels kernels = GetElementwiseKernels(GetParam());
  Random random(8);
  const std::vector<float> a = {0.25f, -1.5f, 0.1f};
  const std::vector<float> b = {1.0f, 2.0f, 0.2f};
  for (int width : {1, 7, 32, 45, 90}) {
    const auto halves = [&](int channels, int height, int columns) {
      return LaneShape{channels, height, columns, columns / 32 + 2, 32, 1, 1, Element::kHalf};
    };
    const std::vector<float> x = AsHalves(RandomValues(kChannels * kHeight * width, random));
    const std::vector<float> y = AsHalves(RandomValues(x.size(), random));
    const std::vector<float> one = {1.5f, -2.0f, 3.0f};
    LaneImage half_x(halves(kChannels, kHeight, width)), half_y(halves(kChannels, kHeight, width));
    LaneImage half_out(halves(kChannels, kHeight, width)), half_one(halves(kChannels, 1, 1));
    LaneImage float_x(Shape(width, 0)), float_y(Shape(width, 0)), float_out(Shape(width, 0));
    LaneImage float_one({kChannels, 1, 1, 2, Lanes(GetParam()), 0, 0});
    half_x.Fill(x), half_y.Fill(y), half_one.Fill(one);
    float_x.Fill(x), float_y.Fill(y), float_one.Fill(one);
    const auto expect_equal = [&] {
      EXPECT_TRUE(half_out.IsConsistent());
      ASSERT_EQ(half_out.Pixels(), AsHalves(float_out.Pixels()));
    };
    for (UnaryKind kind : kUnaryKinds) {
      kernels.unary({kind, half_x.tensor(), half_out.tensor(), a.data(), b.data()}, 0, kHeight);
      kernels.unary({kind, float_x.tensor(), float_out.tensor(), a.data(), b.data()}, 0, kHeight);
      expect_equal();
    }
    for (BinaryKind kind : {BinaryKind::kAdd, BinaryKind::kMultiply, BinaryKind::kGate}) {
      for (bool single : {false, true}) {
        kernels.binary({kind, half_x.tensor(), (single ? half_one : half_y).tensor(),
                        half_out.tensor(), single},
                       0, kHeight);
        kernels.binary({kind, float_x.tensor(), (single ? float_one : float_y).tensor(),
                        float_out.tensor(), single},
                       0, kHeight);
        expect_equal();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ElementwiseTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
