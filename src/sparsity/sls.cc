#include "sparsity/sls.h"

#include <algorithm>
#include <cmath>

#include "sparsity/priority.h"

namespace winnow {
namespace {

// By how many times a schedule is too short for the usual pace, at most `most`.
double Shortness(std::int64_t steps, double most) {
  constexpr double kLong = 2000;
  return std::clamp(kLong / static_cast<double>(steps), 1.0, most);
}

}  // namespace

double SearchLearningRate(std::int64_t steps) { return 2e-3 * Shortness(steps, 10); }

double PriceRise(std::int64_t steps) { return 0.01 * Shortness(steps, 2000); }

SlsSearch::SlsSearch(LayerCosts costs, const SlsOptions& options, SlsState state)
    : costs_(std::move(costs)), options_(options), state_(std::move(state)) {
  if (!state_.factors.empty()) return;
  const std::size_t count = static_cast<std::size_t>(costs_.layers()) * (costs_.m() - 1);
  state_.factors.assign(count, 1);
  state_.moment1.assign(count, 0);
  state_.moment2.assign(count, 0);
}

std::span<const float> SlsSearch::Factors(int layer) const {
  const std::size_t count = costs_.m() - 1;
  return std::span<const float>(state_.factors).subspan(layer * count, count);
}

std::vector<float> SlsSearch::Kept(int layer) const {
  if (!frozen()) return KeptGroups(Factors(layer), options_.ordered);
  std::vector<float> kept(costs_.m(), 0);
  std::fill_n(kept.begin(), state_.frozen[layer], 1.0f);
  return kept;
}

std::vector<int> SlsSearch::Patterns() const {
  if (frozen()) return state_.frozen;
  std::vector<int> patterns;
  for (int i = 0; i < costs_.layers(); ++i)
    patterns.push_back(KeptGroupCount(Factors(i), options_.ordered));
  return patterns;
}

std::vector<float> SlsSearch::FactorGradients(std::span<const float> gradient) const {
  const int m = costs_.m();
  std::vector<float> result;
  for (int layer = 0; layer < costs_.layers(); ++layer) {
    std::vector<float> kept(gradient.begin() + layer * m, gradient.begin() + (layer + 1) * m);
    const double price = options_.lambda * state_.annealing;
    for (int i = 0; i < m; ++i) kept[i] += static_cast<float>(price * costs_.Share(layer, i));
    const std::vector<float> factor = FactorGradient(Factors(layer), kept, options_.ordered);
    result.insert(result.end(), factor.begin(), factor.end());
  }
  return result;
}

void SlsSearch::Update(std::span<const float> gradient) {
  const std::vector<float> g = FactorGradients(gradient);
  ++state_.updates;
  const double correction1 = 1 - std::pow(options_.beta1, static_cast<double>(state_.updates));
  const double correction2 = 1 - std::pow(options_.beta2, static_cast<double>(state_.updates));
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double m1 = options_.beta1 * state_.moment1[i] + (1 - options_.beta1) * g[i];
    const double m2 = options_.beta2 * state_.moment2[i] + (1 - options_.beta2) * g[i] * g[i];
    const double spread = std::sqrt(m2 / correction2) + options_.epsilon;
    const double step = options_.learning_rate * m1 / correction1 / spread;
    // Beyond the range a factor has no gradient: momentum must not carry it to where it stays.
    state_.factors[i] =
        std::clamp(state_.factors[i] - static_cast<float>(step), 0.0f, kLargestFactor);
    state_.moment1[i] = static_cast<float>(m1);
    state_.moment2[i] = static_cast<float>(m2);
  }
  if (Fraction() <= options_.budget) state_.frozen = Patterns();
}

void SlsSearch::Anneal() {
  if (frozen()) return;
  const double compression = 1 / Fraction();
  if (compression - state_.last_compression < options_.anneal_threshold) {
    state_.annealing *= options_.anneal_factor;
  }
  state_.last_compression = compression;
}

void SlsSearch::Press(double rise) {
  if (!frozen()) state_.annealing *= 1 + rise;
}

}  // namespace winnow
