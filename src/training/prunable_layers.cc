#include "training/prunable_layers.h"

#include <algorithm>

#include "base/error.h"
#include "formats/latency_json.h"
#include "graph/conv_layers.h"

namespace winnow {
namespace {

bool Uses(const Graph& graph, const ConvLayer& layer, const std::string& name) {
  return std::ranges::any_of(layer.uses, [&](NodeId id) { return graph.node(id).name == name; });
}

void Exclude(const Graph& graph, const std::string& name, std::vector<ConvLayer>& layers) {
  const auto uses = [&](const ConvLayer& layer) { return Uses(graph, layer, name); };
  if (std::erase_if(layers, uses) > 0) return;
  throw Error(ErrorKind::kInvalidArgument,
              "'exclude' names '" + name +
                  "', which is no convolution that would be pruned; 'winnow info' lists them");
}

LayerCosts CostsOf(const Model& model, const std::vector<ConvLayer>& layers,
                   const SparsityRecipe& recipe) {
  if (recipe.latency_table.empty()) {
    const InputSize size = QuotedSize(model.info);
    return MacCosts(model.graph, layers, recipe.m, size.height, size.width, /*unit=*/1,
                    ShortGroupRule(recipe));
  }
  const LatencyTable table = ReadLatencyTable(recipe.latency_table);
  if (table.m != recipe.m) {
    throw Error(ErrorKind::kInvalidArgument, recipe.latency_table +
                                                 ": is for patterns N:" + std::to_string(table.m) +
                                                 ", not N:" + std::to_string(recipe.m));
  }
  return LatencyCosts(model.graph, layers, table);
}

}  // namespace

ShortGroups ShortGroupRule(const SparsityRecipe& recipe) {
  return recipe.short_groups == "published" ? ShortGroups::kPublished : ShortGroups::kProportional;
}

PrunableLayers FindPrunableLayers(const Model& model, const SparsityRecipe& recipe) {
  std::vector<ConvLayer> layers = PrunableConvLayers(model.graph, recipe.prune_shuffled_last);
  for (const std::string& name : recipe.exclude) Exclude(model.graph, name, layers);
  std::vector<ParamId> weights;
  for (const ConvLayer& layer : layers) weights.push_back(layer.weight);
  return {std::move(weights), CostsOf(model, layers, recipe)};
}

}  // namespace winnow
