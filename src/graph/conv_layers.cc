#include "graph/conv_layers.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/error.h"
#include "graph/cost.h"
#include "graph/shapes.h"
#include "sparsity/ranks.h"

namespace winnow {

std::vector<ConvLayer> ConvLayers(const Graph& graph, bool prune_shuffled_last) {
  const std::vector<NodeId> list = PrunableConvs(graph, prune_shuffled_last);
  const std::set<NodeId> prunable(list.begin(), list.end());
  std::vector<ConvLayer> layers;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const auto* conv = std::get_if<Conv2d>(&graph.node(id).op);
    if (conv == nullptr) continue;
    const auto known = std::ranges::find(layers, conv->weight, &ConvLayer::weight);
    if (known == layers.end()) {
      layers.push_back(
          {graph.node(id).name, conv->weight, conv->bias, {id}, prunable.contains(id)});
    } else {
      known->uses.push_back(id);
    }
  }
  return layers;
}

std::vector<ConvLayer> PrunableConvLayers(const Graph& graph, bool prune_shuffled_last) {
  std::vector<ConvLayer> layers = ConvLayers(graph, prune_shuffled_last);
  std::erase_if(layers, [](const ConvLayer& layer) { return !layer.prunable; });
  return layers;
}

LayerCosts MacCosts(const Graph& graph, const std::vector<ConvLayer>& layers, int m,
                    std::int64_t height, std::int64_t width, double unit, ShortGroups rule) {
  const std::vector<Dims> dims = InferDims(graph, height, width);
  std::vector<LayerCost> costs;
  for (const ConvLayer& layer : layers) {
    double macs = 0;
    for (NodeId id : layer.uses) macs += static_cast<double>(NodeMacs(graph, id, dims));
    const std::vector<std::int64_t> kept = KeptCounts(graph.param(layer.weight).shape, m, rule);
    LayerCost cost{layer.name, {}};
    for (std::int64_t count : kept) {
      cost.at.push_back(macs / unit * static_cast<double>(count) /
                        static_cast<double>(kept.back()));
    }
    costs.push_back(std::move(cost));
  }
  return LayerCosts(std::move(costs));
}

LayerCosts LatencyCosts(const Graph& graph, const std::vector<ConvLayer>& layers,
                        const LatencyTable& table) {
  std::vector<LayerCost> costs;
  for (const ConvLayer& layer : layers) {
    LayerCost cost{layer.name, std::vector<double>(table.m + 1, 0.0)};
    for (NodeId id : layer.uses) {
      const std::string& name = graph.node(id).name;
      const auto timed = std::ranges::find(table.layers, name, &LayerLatency::name);
      if (timed == table.layers.end()) {
        throw Error(ErrorKind::kInvalidArgument,
                    "the latency table of " + table.model + " has no layer '" + name + "'");
      }
      for (int n = 1; n <= table.m; ++n) cost.at[n] += timed->ms[n - 1];
    }
    costs.push_back(std::move(cost));
  }
  return LayerCosts(std::move(costs));
}

}  // namespace winnow
