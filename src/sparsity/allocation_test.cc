#include "sparsity/allocation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/random.h"

namespace winnow {
namespace {

using Losses = std::vector<std::vector<double>>;

LayerCosts LinearCosts(const std::vector<double>& dense, int m) {
  std::vector<LayerCost> layers;
  for (double cost : dense) {
    LayerCost layer{"layer", {}};
    for (int n = 0; n <= m; ++n) layer.at.push_back(cost * n / m);
    layers.push_back(layer);
  }
  return LayerCosts(layers);
}

// Falls with n to 0 at m, convex or not.
Losses RandomLosses(int layers, int m, std::uint64_t seed) {
  Random random(seed);
  Losses losses;
  for (int i = 0; i < layers; ++i) {
    std::vector<double> loss(m + 1, 0.0);
    for (int n = m - 1; n >= 0; --n) loss[n] = loss[n + 1] + random.Uniform();
    losses.push_back(loss);
  }
  return losses;
}

double Sum(const Losses& losses, const std::vector<int>& n) {
  double sum = 0;
  for (std::size_t i = 0; i < n.size(); ++i) sum += losses[i][n[i]];
  return sum;
}

TEST(Allocate, MeetsTheBudgetWithinOneStep) {
  const LayerCosts costs = LinearCosts({3, 1, 2, 1}, 8);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Losses losses = RandomLosses(4, 8, seed);
    for (double budget : {0.125, 0.2, 0.5, 0.9, 1.0}) {
      const std::vector<int> n = Allocate(costs, losses, budget);
      EXPECT_LE(costs.Fraction(n), budget + 1e-12);
      for (int layer = 0; layer < 4; ++layer) {
        if (n[layer] == 8) continue;
        std::vector<int> more = n;
        ++more[layer];
        EXPECT_GT(costs.Fraction(more), budget + 1e-12) << "layer " << layer << " could keep more";
      }
    }
  }
}

TEST(Allocate, IsNearTheBestOfAllChoices) {
  const LayerCosts costs = LinearCosts({1, 2, 1}, 6);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Losses losses = RandomLosses(3, 6, seed);
    double best = std::numeric_limits<double>::infinity();
    for (int code = 0; code < 6 * 6 * 6; ++code) {
      const std::vector<int> n = {1 + code % 6, 1 + code / 6 % 6, 1 + code / 36};
      if (costs.Fraction(n) <= 0.5) best = std::min(best, Sum(losses, n));
    }
    EXPECT_LE(Sum(losses, Allocate(costs, losses, 0.5)), 1.35 * best) << seed;
  }
}

TEST(Allocate, GivesMoreToWhatMattersMore) {
  const LayerCosts costs = LinearCosts({1, 1}, 4);
  const Losses losses = {{9, 4, 2, 1, 0}, {90, 40, 20, 10, 0}};
  const std::vector<int> n = Allocate(costs, losses, 0.5);
  EXPECT_LT(n[0], n[1]);
}

TEST(Allocate, NeverPrunesWhatWouldLoseEverything) {
  const double infinite = std::numeric_limits<double>::infinity();
  const LayerCosts costs = LinearCosts({0.001, 1}, 4);
  const Losses losses = {{infinite, infinite, infinite, infinite, 0}, {infinite, 3, 2, 1, 0}};
  EXPECT_EQ(Allocate(costs, losses, 0.5), (std::vector<int>{4, 1}));
}

TEST(Allocate, RefusesABudgetBelowOneOfM) {
  const LayerCosts costs = LinearCosts({1, 1}, 4);
  EXPECT_THROW(Allocate(costs, RandomLosses(2, 4, 1), 0.2), Error);
}

}  // namespace
}  // namespace winnow
