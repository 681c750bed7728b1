#include "cli/compress_layers.h"

#include "graph/conv_layers.h"

namespace winnow {

std::vector<CompressedLayer> PatternLayers(const Model& model, const LayerCosts& costs) {
  std::vector<CompressedLayer> layers;
  const int m = costs.m();
  for (const ConvLayer& layer : PrunableConvLayers(model.graph)) {
    const LayerCost& cost = costs.layer(static_cast<int>(layers.size()));
    const auto pattern = model.patterns.find(layer.weight);
    const int n = pattern == model.patterns.end() ? m : pattern->second.n;
    layers.push_back({layer.name, n, m, cost.at[n], cost.at[m]});
  }
  return layers;
}

double KeptFraction(const std::vector<CompressedLayer>& layers, const LayerCosts& costs) {
  double cost = 0;
  for (const CompressedLayer& layer : layers) cost += layer.cost;
  return cost / costs.dense();
}

}  // namespace winnow
