#include "sparsity/priority.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace winnow {
namespace {

using Floats = std::vector<float>;

TEST(PriorityTest, ProductsOfTheFactors) {
  EXPECT_EQ(Priorities(Floats{0.5f, 0.5f, 2}), (Floats{1, 0.5f, 0.25f, 0.25f * kLargestFactor}));
  EXPECT_EQ(Priorities(Floats{-1, 1}), (Floats{1, 0, 0}));
  EXPECT_EQ(Priorities(Floats{}), Floats{1});
}

TEST(PriorityTest, KeepsWhatIsAboveAHalf) {
  EXPECT_EQ(KeptGroups(Floats{0.9f, 0.8f, 0.5f}), (Floats{1, 1, 1, 0}));
  EXPECT_EQ(KeptGroupCount(Floats{0.9f, 0.8f, 0.5f}), 3);
  EXPECT_EQ(KeptGroupCount(Floats{0.5f, 1, 1}), 1);  // 1/2 itself is not kept
  EXPECT_EQ(KeptGroupCount(Floats{-3, -3, -3}), 1);  // never less than one
  EXPECT_EQ(KeptGroupCount(Floats(31, 2.0f)), 32);
}

TEST(PriorityTest, NFallsWithEveryFactor) {
  Random random(3);
  for (int trial = 0; trial < 200; ++trial) {
    Floats factors(15);
    for (float& factor : factors) factor = static_cast<float>(0.8 + 0.3 * random.Uniform());
    Floats smaller = factors;
    smaller[random.Below(15)] -= static_cast<float>(random.Uniform());
    EXPECT_LE(KeptGroupCount(smaller), KeptGroupCount(factors));
  }
}

// k = (0.9, 0.8), gradient in the b = (7, 2, 5):
// p_2 = k_1, p_3 = k_1 k_2;  dL/dk_1 = 2 + 5 * 0.8 = 6,  dL/dk_2 = 5 * 0.9 = 4.5.
TEST(PriorityTest, GradientByHand) {
  const Floats gradient = FactorGradient(Floats{0.9f, 0.8f}, Floats{7, 2, 5});
  EXPECT_FLOAT_EQ(gradient[0], 6);
  EXPECT_FLOAT_EQ(gradient[1], 4.5f);
}

TEST(PriorityTest, ClampedFactorsHaveNoGradient) {
  EXPECT_EQ(FactorGradient(Floats{1.5f, -0.1f, 0.5f}, Floats{1, 1, 1, 1}), (Floats{0, 0, 0}));
  // The last one sees the zero before it; the gradient of the first passes none of what is behind.
  EXPECT_EQ(FactorGradient(Floats{1, 0, 0.5f}, Floats{0, 1, 1, 1}), (Floats{1, 1.5f, 0}));
}

TEST(PriorityTest, WithoutTheOrderEachGroupStandsForItself) {
  const Floats factors = {0.4f, 0.9f, 2};
  EXPECT_EQ(Priorities(factors, false), (Floats{1, 0.4f, 0.9f, kLargestFactor}));
  EXPECT_EQ(KeptGroups(factors, false), (Floats{1, 0, 1, 1}));
  EXPECT_EQ(KeptGroupCount(factors, false), 3);
  EXPECT_EQ(FactorGradient(factors, Floats{7, 2, 5, 3}, false), (Floats{2, 5, 0}));
}

TEST(PriorityTest, GradientAsFiniteDifferences) {
  Random random(4);
  Floats factors(31), kept(32);
  for (float& factor : factors) factor = static_cast<float>(0.9 + 0.1 * random.Uniform());
  for (float& value : kept) value = static_cast<float>(random.Normal());
  const auto value = [&](int moved, double by) {  // sum of g_i p_i, in doubles
    double p = 1, sum = kept[0];
    for (int n = 0; n < 31; ++n) {
      p *= factors[n] + (n == moved ? by : 0);
      sum += kept[n + 1] * p;
    }
    return sum;
  };
  const Floats gradient = FactorGradient(factors, kept);
  for (int n = 0; n < 31; ++n) {
    const double h = 1e-5;
    EXPECT_NEAR(gradient[n], (value(n, h) - value(n, -h)) / (2 * h), 1e-4) << n;
  }
}

}  // namespace
}  // namespace winnow
