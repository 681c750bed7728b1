#include "sparsity/allocation.h"

#include <cmath>
#include <limits>

namespace winnow {
namespace {

// Multipliers span what doubles of any unit can need.
constexpr double kLeastLogLambda = -100;
constexpr double kMostLogLambda = 100;
constexpr int kHalvings = 80;
// Of the dense cost: what rounding may make of a sum that is exactly the budget.
constexpr double kRounding = 1e-12;

std::vector<int> Minimise(const LayerCosts& costs, const std::vector<std::vector<double>>& loss,
                          double lambda) {
  std::vector<int> chosen;
  for (int layer = 0; layer < costs.layers(); ++layer) {
    int best = 1;
    double least = std::numeric_limits<double>::infinity();
    for (int n = 1; n <= costs.m(); ++n) {
      const double value = loss[layer][n] + lambda * costs.layer(layer).at[n] / costs.dense();
      if (value < least) {
        least = value;
        best = n;
      }
    }
    chosen.push_back(best);
  }
  return chosen;
}

// The step to a larger N of one layer that saves most loss for its cost and fits; false when none
// does.
bool Spend(const LayerCosts& costs, const std::vector<std::vector<double>>& loss, double budget,
           std::vector<int>& chosen) {
  const double left = (budget + kRounding - costs.Fraction(chosen)) * costs.dense();
  double best = 0;
  int best_layer = -1;
  int best_n = 0;
  for (int layer = 0; layer < costs.layers(); ++layer) {
    for (int n = chosen[layer] + 1; n <= costs.m(); ++n) {
      const double cost = costs.layer(layer).at[n] - costs.layer(layer).at[chosen[layer]];
      const double gain = loss[layer][chosen[layer]] - loss[layer][n];
      if (cost > left || gain <= 0) continue;
      const double rate = cost > 0 ? gain / cost : std::numeric_limits<double>::infinity();
      if (rate > best) {
        best = rate;
        best_layer = layer;
        best_n = n;
      }
    }
  }
  if (best_layer < 0) return false;
  chosen[best_layer] = best_n;
  return true;
}

}  // namespace

std::vector<int> Allocate(const LayerCosts& costs, const std::vector<std::vector<double>>& loss,
                          double budget) {
  costs.LargestUniform(budget + kRounding);  // throws when nothing fits
  double low = kLeastLogLambda;
  double high = kMostLogLambda;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    const bool fits = costs.Fraction(Minimise(costs, loss, std::exp(middle))) <= budget + kRounding;
    (fits ? high : low) = middle;
  }
  std::vector<int> chosen = Minimise(costs, loss, std::exp(high));
  while (Spend(costs, loss, budget, chosen)) {
  }
  return chosen;
}

}  // namespace winnow
