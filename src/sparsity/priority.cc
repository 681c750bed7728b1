#include "sparsity/priority.h"

#include <algorithm>

namespace winnow {
namespace {

constexpr float kThreshold = 0.5f;

float Clamp(float factor) { return std::clamp(factor, 0.0f, kLargestFactor); }

}  // namespace

std::vector<float> Priorities(std::span<const float> factors, bool ordered) {
  std::vector<float> priorities = {1};
  for (float factor : factors) {
    priorities.push_back((ordered ? priorities.back() : 1) * Clamp(factor));
  }
  return priorities;
}

std::vector<float> KeptGroups(std::span<const float> factors, bool ordered) {
  std::vector<float> kept = Priorities(factors, ordered);
  for (float& value : kept) value = value > kThreshold ? 1.0f : 0.0f;
  return kept;
}

int KeptGroupCount(std::span<const float> factors, bool ordered) {
  const std::vector<float> kept = KeptGroups(factors, ordered);
  return static_cast<int>(std::count(kept.begin(), kept.end(), 1.0f));
}

// p_i depends on k_n for n < i: dL/dk_n = p_n * (g_{n+1} + k_{n+1} (g_{n+2} + k_{n+2} (...))),
// which is summed from behind, free of divisions.
std::vector<float> FactorGradient(std::span<const float> factors, std::span<const float> kept,
                                  bool ordered) {
  const std::vector<float> priorities = Priorities(factors);
  std::vector<float> gradient(factors.size(), 0);
  float behind = 0;
  for (int n = static_cast<int>(factors.size()) - 1; n >= 0; --n) {
    behind += kept[n + 1];
    const bool clamped = factors[n] < 0 || factors[n] > kLargestFactor;
    if (!clamped) gradient[n] = ordered ? priorities[n] * behind : kept[n + 1];
    behind *= Clamp(factors[n]);
  }
  return gradient;
}

}  // namespace winnow
