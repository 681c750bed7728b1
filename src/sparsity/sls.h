// The search for one N a layer (SLS; Oh et al., CVPR 2022): priority factors learned with the
// weights, under a price on the cost that rises until a budget is met. docs/sparsity.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sparsity/layer_costs.h"

namespace winnow {

struct SlsOptions {
  double budget = 0.25;   // fraction of the dense cost; the search ends at or below it
  double lambda = 0.357;  // price of the dense cost, in units of the loss
  double learning_rate = 2e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  // Each time the compression (dense cost / cost) has grown by less than `anneal_threshold` since
  // the last call of Anneal, the price is multiplied by `anneal_factor`.
  double anneal_factor = 1.2;
  double anneal_threshold = 0.05;
  // Groups of smaller weights go before those of larger ones (priority.h). Without, any may go
  // until the search ends, and then those of the largest weights stay.
  bool ordered = true;
};

// The pace of a search within `steps` steps of training. A factor moves by about its learning rate
// in a step and has to get from 1 to below a half, so schedules of fewer than 2,000 steps need
// larger ones.
double SearchLearningRate(std::int64_t steps);  // SlsOptions::learning_rate: 2e-3 to 2e-2
double PriceRise(std::int64_t steps);           // of SlsSearch::Press: a hundredth and more

// All that the search remembers.
struct SlsState {
  // [layer][m - 1], one behind the other; moments as of Adam.
  std::vector<float> factors;
  std::vector<float> moment1;
  std::vector<float> moment2;
  std::int64_t updates = 0;
  double annealing = 1;         // what lambda is multiplied by
  double last_compression = 1;  // at the last call of Anneal
  std::vector<int> frozen;      // N of each layer once the budget is met, empty before
  bool operator==(const SlsState&) const = default;
};

class SlsSearch {
 public:
  // `state` without factors: they begin at 1, all dense.
  SlsSearch(LayerCosts costs, const SlsOptions& options, SlsState state = {});

  const LayerCosts& costs() const { return costs_; }
  const SlsState& state() const { return state_; }
  bool frozen() const { return !state_.frozen.empty(); }

  // b_1..b_m of a layer (priority.h); its first N entries are 1 once frozen.
  std::vector<float> Kept(int layer) const;
  // N of each layer.
  std::vector<int> Patterns() const;
  double Fraction() const { return costs_.Fraction(Patterns()); }

  // One step of Adam on the factors. `gradient` [layer][m] is that of the loss in the b; the price
  // of the cost is added here. Freezes the search when the budget is met; not to be called after.
  void Update(std::span<const float> gradient);
  // Raises the price where the search has slowed down. Nothing once frozen.
  void Anneal();
  // Raises the price by the part `rise` of it. Called before each step it soon outweighs any task,
  // so that the search ends. Nothing once frozen.
  void Press(double rise);

 private:
  std::span<const float> Factors(int layer) const;
  std::vector<float> FactorGradients(std::span<const float> gradient) const;

  LayerCosts costs_;
  SlsOptions options_;
  SlsState state_;
};

}  // namespace winnow
