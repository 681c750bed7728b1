#include "kernels/conv/conv.h"

#include <gtest/gtest.h>

#include "kernels/reference/arithmetic.h"
#include "kernels/reference/conv.h"
#include "kernels/testing/conv_case.h"

namespace winnow {
namespace {

Bounded Activated(ActivationKind kind, const Bounded& x, float slope) {
  if (kind == ActivationKind::kRelu) return Greater(x, Bounded(0));
  return kind == ActivationKind::kSlope ? Slope(x, slope) : x;
}

// What must come out, in the order of the convolution's own channels; `added` is in that order too.
std::vector<Bounded> Expected(const ConvCase& c) {
  std::vector<Bounded> out = Convolved(c);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = Activated(c.before, out[i], c.slope_before);
    if (c.residual) out[i] = Plus(out[i], Bounded(c.added[i]));
    out[i] = Activated(c.after, out[i], c.slope_after);
  }
  return out;
}

class ConvTest : public testing::TestWithParam<Isa> {};

TEST_P(ConvTest, AgreesWithTheDefinition) {
  Random random(1);
  int cases = 0;
  for (int trial = 0; cases < 500; ++trial) {
    ConvCase c;
    if (!Draw(random, c)) continue;
    ++cases;
    const std::vector<Bounded> expected =
        Shuffled(Expected(c), c.shape.out_channels, c.out_height, c.out_width, c.shuffle);
    std::vector<float> first;
    for (const ConvKernel& kernel : ConvKernelsFor(GetParam(), MakeTaps(c.shape, c.weight))) {
      const int block = RandomInt(random, 1, c.shape.in_channels);
      const std::vector<float> result =
          Convolve(c, GetParam(), kernel, block, RandomInt(random, 0, 9));
      ASSERT_EQ(result.size(), expected.size());
      for (std::size_t i = 0; i < result.size(); ++i) {
        ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
            << kernel.name << ", trial " << trial << ", element " << i;
      }
      // Neither kernel, block nor span may change a bit.
      if (first.empty()) first = result;
      ASSERT_EQ(result, first) << kernel.name << ", trial " << trial;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ConvTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
