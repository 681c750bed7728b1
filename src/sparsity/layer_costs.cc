#include "sparsity/layer_costs.h"

#include <cstdio>

#include "base/error.h"

namespace winnow {

LayerCosts::LayerCosts(std::vector<LayerCost> layers) : layers_(std::move(layers)) {
  if (layers_.empty()) {
    throw Error(ErrorKind::kInvalidArgument, "the network has no layer that could be pruned");
  }
  for (const LayerCost& layer : layers_) dense_ += layer.at.back();
}

double LayerCosts::Fraction(std::span<const int> n) const {
  double sum = 0;
  for (int i = 0; i < layers(); ++i) sum += layers_[i].at[n[i]];
  return sum / dense_;
}

int LayerCosts::LargestUniform(double budget) const {
  for (int n = m(); n >= 1; --n) {
    if (Fraction(std::vector<int>(layers(), n)) <= budget) return n;
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.4f", Fraction(std::vector<int>(layers(), 1)));
  throw Error(ErrorKind::kInvalidArgument, "the budget is below 1:" + std::to_string(m()) +
                                               ", which costs " + text +
                                               " of the dense layers; raise the budget or m");
}

}  // namespace winnow
