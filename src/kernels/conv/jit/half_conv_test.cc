// Generated code for halves against the definition.
#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "base/half.h"
#include "kernels/conv/jit/generated_conv.h"
#include "kernels/reference/bounded.h"
#include "kernels/reference/conv.h"
#include "kernels/testing/conv_case.h"

namespace winnow {
namespace {

constexpr double kUnit = 0x1p-11;       // of halves, to nearest
constexpr double kUnderflow = 0x1p-25;  // the most that rounding below the normal halves changes

using Values = std::span<float>;

void RoundToHalves(Values values) {
  for (float& v : values) v = HalfToFloat(FloatToHalf(v));
}

// What comes of the case in exact arithmetic, in double precision.
std::vector<double> ConvolvedExactly(const ConvCase& c) {
  std::vector<double> values;
  for (const Bounded& b : Convolved(c)) values.push_back(b.value);
  return values;
}

// A number and the most that a computed one is off by.
struct Near {
  double value = 0;
  double error = 0;

  // After one more rounding.
  Near Rounded() const { return {value, error + kUnit * (std::abs(value) + error) + kUnderflow}; }
};

Near Activated(ActivationKind kind, const Near& x, double slope) {
  if (kind == ActivationKind::kRelu) return {std::max(x.value, 0.0), x.error};
  if (kind == ActivationKind::kNone) return x;
  const double value = x.value < 0 ? slope * x.value : x.value;
  return Near{value, x.error * std::max(1.0, std::abs(slope))}.Rounded();
}

// Every step of a chain of n multiply-adds rounds a partial sum, none of which exceeds the sum of
// the magnitudes.
std::vector<Near> Expected(const ConvCase& c) {
  ConvCase magnitudes = c;
  for (Values values :
       {Values(magnitudes.input), Values(magnitudes.bias), Values(magnitudes.weight.data)}) {
    for (float& v : values) v = std::abs(v);
  }
  const std::vector<double> exact = ConvolvedExactly(c);
  const std::vector<double> sums = ConvolvedExactly(magnitudes);
  const double n = static_cast<double>(c.weight.size()) / c.shape.out_channels;
  const double gamma = n * kUnit / (1 - n * kUnit);
  std::vector<Near> result;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    Near v = {exact[i], gamma * sums[i] + n * kUnderflow * (1 + gamma)};
    v = Activated(c.before, v, c.slope_before);
    if (c.residual) v = Near{v.value + c.added[i], v.error}.Rounded();
    result.push_back(Activated(c.after, v, c.slope_after));
  }
  return result;
}

TEST(HalfConvTest, AgreesWithTheDefinition) {
  const Isa isa = AvailableIsas().front();
  if (!HalfObstacle(isa).empty()) GTEST_SKIP() << HalfObstacle(isa);
  Random random(1);
  int cases = 0;
  for (int trial = 0; cases < 250; ++trial) {
    ConvCase c;
    if (!Draw(random, c)) continue;
    ++cases;
    for (Values values :
         {Values(c.input), Values(c.added), Values(c.bias), Values(c.weight.data)}) {
      RoundToHalves(values);
    }
    c.slope_before = HalfToFloat(FloatToHalf(c.slope_before));
    c.slope_after = HalfToFloat(FloatToHalf(c.slope_after));
    const std::vector<Near> expected =
        Shuffled(Expected(c), c.shape.out_channels, c.out_height, c.out_width, c.shuffle);
    const int like = MakeTaps(c.shape, c.weight).like;
    const ConvKernel kernel = GeneratedConvKernel(isa, like, Element::kHalf).value();
    std::vector<float> first;
    for (int repeat = 0; repeat < 2; ++repeat) {
      const int block = RandomInt(random, 1, c.shape.in_channels);
      const std::vector<float> result =
          Convolve(c, isa, kernel, block, RandomInt(random, 0, 9), Element::kHalf);
      ASSERT_EQ(result.size(), expected.size());
      for (std::size_t i = 0; i < result.size(); ++i) {
        ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
            << "trial " << trial << ", element " << i;
      }
      // Neither block nor span may change a bit.
      if (first.empty()) first = result;
      ASSERT_EQ(result, first) << "trial " << trial;
    }
  }
}

TEST(HalfConvTest, IsRefusedElsewhere) {
  for (Isa isa : AvailableIsas()) {
    EXPECT_EQ(GeneratedConvKernel(isa, 12, Element::kHalf).has_value(), HalfObstacle(isa).empty());
    EXPECT_TRUE(isa == Isa::kAvx512 || !HalfObstacle(isa).empty()) << Name(isa);
  }
}

}  // namespace
}  // namespace winnow
