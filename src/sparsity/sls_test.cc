#include "sparsity/sls.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace winnow {
namespace {

// m = 3; the second layer costs three times as much.
LayerCosts TwoLayers() { return LayerCosts({{"a", {0, 1, 2, 3}}, {"b", {0, 3, 6, 9}}}); }

TEST(SlsTest, ShortSchedulesAreSearchedFaster) {
  EXPECT_EQ(SearchLearningRate(8000), 2e-3);
  EXPECT_EQ(SearchLearningRate(2000), 2e-3);
  EXPECT_EQ(SearchLearningRate(500), 8e-3);
  EXPECT_EQ(SearchLearningRate(3), 2e-2);
  EXPECT_EQ(PriceRise(8000), 0.01);
  EXPECT_EQ(PriceRise(500), 0.04);
}

TEST(SlsTest, BeginsDense) {
  const SlsSearch search(TwoLayers(), {});
  EXPECT_EQ(search.Patterns(), (std::vector<int>{3, 3}));
  EXPECT_EQ(search.Fraction(), 1);
  EXPECT_EQ(search.Kept(0), (std::vector<float>{1, 1, 1}));
  EXPECT_FALSE(search.frozen());
}

// The first step of Adam is learning_rate * sign(gradient), which shows the gradient's sign alone.
// Layer a: every b_i costs lambda / 12 = 1. Task gradients of -3 for b_3 and 1 for b_2 give
// dL/dk_2 = -3 + 1 < 0 and dL/dk_1 = (1 + 1) + (-2) = 0.
// Layer b: every b_i costs 3; task gradients -4 for b_3, 0 for b_2: dL/dk_2 = -1, dL/dk_1 = 2.
TEST(SlsTest, TaskAndCostPullAtTheFactors) {
  SlsSearch search(TwoLayers(), {.budget = 0.1, .lambda = 12, .learning_rate = 0.02});
  search.Update(std::vector<float>{9, 1, -3, 9, 0, -4});
  const std::vector<float>& factors = search.state().factors;
  EXPECT_NEAR(factors[0], 1, 1e-6);
  EXPECT_NEAR(factors[1], 1.02, 1e-6);
  EXPECT_NEAR(factors[2], 0.98, 1e-6);
  EXPECT_NEAR(factors[3], 1.02, 1e-6);
}

TEST(SlsTest, AdamOnTheFactors) {
  const SlsOptions options = {.budget = 0.01,
                              .lambda = 0,
                              .learning_rate = 0.01,
                              .beta1 = 0.5,
                              .beta2 = 0.75,
                              .epsilon = 0.1};
  SlsSearch search(LayerCosts({{"a", {0, 1, 2}}}), options);
  double m = 0, v = 0, k = 1;
  for (int t = 1; t <= 5; ++t) {
    const double g = t - 2.0;  // dL/dk_1 = dL/db_2
    search.Update(std::vector<float>{5, static_cast<float>(g)});
    m = 0.5 * m + 0.5 * g;
    v = 0.75 * v + 0.25 * g * g;
    k -= 0.01 * (m / (1 - std::pow(0.5, t))) / (std::sqrt(v / (1 - std::pow(0.75, t))) + 0.1);
    EXPECT_NEAR(search.state().factors[0], k, 1e-6);
  }
}

TEST(SlsTest, FreezesAtTheBudget) {
  SlsSearch search(TwoLayers(), {.budget = 0.5, .learning_rate = 0.02});
  const std::vector<float> task = {0, -1, -1, 0, 0, 0};  // only layer a is worth its cost
  int steps = 0;
  while (!search.frozen() && steps < 1000) {
    search.Update(task);
    ++steps;
  }
  EXPECT_EQ(search.Patterns(), (std::vector<int>{3, 1}));
  EXPECT_EQ(search.Fraction(), 0.5);
  EXPECT_EQ(search.state().frozen, search.Patterns());
  EXPECT_EQ(search.Kept(1), (std::vector<float>{1, 0, 0}));
  const SlsState before = search.state();
  search.Anneal();
  EXPECT_EQ(search.state(), before);
}

TEST(SlsTest, ThePriceRisesWhileTheSearchStandsStill) {
  SlsSearch search(TwoLayers(), {.budget = 0.1,
                                 .lambda = 0.1,
                                 .learning_rate = 0.3,
                                 .anneal_factor = 1.5,
                                 .anneal_threshold = 0.05});
  search.Anneal();
  search.Anneal();
  EXPECT_EQ(search.state().annealing, 2.25);
  search.Update(std::vector<float>{0, -1, -1, 0, 0, 0});
  search.Update(std::vector<float>{0, -1, -1, 0, 0, 0});  // factors 0.4 in layer b: N = 1
  ASSERT_LT(search.Fraction(), 0.9);
  search.Anneal();  // the compression has grown
  EXPECT_EQ(search.state().annealing, 2.25);
  EXPECT_EQ(search.state().last_compression, 1 / search.Fraction());
  search.Anneal();
  EXPECT_EQ(search.state().annealing, 3.375);
}

// The task wants all groups; pressed, the search ends all the same.
TEST(SlsTest, PressureEndsTheSearch) {
  SlsSearch search(TwoLayers(), {.budget = 0.4, .lambda = 0.1, .learning_rate = 0.02});
  const std::vector<float> task = {0, -1, -1, 0, -1, -1};
  for (int step = 0; step < 200; ++step) search.Update(task);
  EXPECT_FALSE(search.frozen());
  EXPECT_EQ(search.Fraction(), 1);
  int steps = 0;
  for (; !search.frozen() && steps < 1000; ++steps) {
    search.Press(0.01);
    search.Update(task);
  }
  EXPECT_LT(steps, 1000);
  EXPECT_LE(search.Fraction(), 0.4);
  const SlsState before = search.state();
  search.Press(0.01);
  EXPECT_EQ(search.state(), before);
}

TEST(SlsTest, GoesOnFromASavedState) {
  Random random(8);
  SlsSearch straight(TwoLayers(), {.budget = 0.01});
  SlsSearch resumed = straight;
  for (int step = 0; step < 20; ++step) {
    std::vector<float> gradient(6);
    for (float& value : gradient) value = static_cast<float>(random.Normal());
    resumed = SlsSearch(TwoLayers(), {.budget = 0.01}, resumed.state());
    straight.Update(gradient);
    resumed.Update(gradient);
    ASSERT_EQ(straight.state(), resumed.state());
  }
}

}  // namespace
}  // namespace winnow
