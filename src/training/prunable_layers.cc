#include "training/prunable_layers.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "graph/cost.h"

namespace winnow {
namespace {

std::vector<Dims> ReferenceDims(const Model& model) {
  return model.info.scale > 1 ? InferDims(model.graph, 180, 320)
                              : InferDims(model.graph, 720, 1280);
}

void CheckExcluded(const Graph& graph, const std::vector<NodeId>& prunable,
                   const std::vector<std::string>& exclude) {
  for (const std::string& name : exclude) {
    const bool known = std::any_of(prunable.begin(), prunable.end(),
                                   [&](NodeId id) { return graph.node(id).name == name; });
    if (known) continue;
    throw Error(ErrorKind::kInvalidArgument,
                "'exclude' names '" + name +
                    "', which is no convolution that would be pruned; 'winnow info' lists them");
  }
}

std::vector<double> CostsByN(const Shape& shape, double macs, int m, ShortGroups rule) {
  std::vector<double> at;
  for (std::int64_t kept : KeptCounts(shape, m, rule)) {
    at.push_back(macs * static_cast<double>(kept) / static_cast<double>(ElementCount(shape)));
  }
  return at;
}

}  // namespace

ShortGroups ShortGroupRule(const SparsityRecipe& recipe) {
  return recipe.short_groups == "published" ? ShortGroups::kPublished : ShortGroups::kProportional;
}

PrunableLayers FindPrunableLayers(const Model& model, const SparsityRecipe& recipe) {
  const Graph& graph = model.graph;
  const std::vector<NodeId> prunable = PrunableConvs(graph, recipe.prune_shuffled_last);
  CheckExcluded(graph, prunable, recipe.exclude);
  const std::vector<Dims> dims = ReferenceDims(model);
  std::vector<ParamId> weights;
  std::map<ParamId, std::string> names;
  std::map<ParamId, double> macs;  // of all convolutions that use a weight
  for (NodeId id : prunable) {
    const std::string& name = graph.node(id).name;
    if (std::ranges::find(recipe.exclude, name) != recipe.exclude.end()) continue;
    const ParamId weight = std::get<Conv2d>(graph.node(id).op).weight;
    if (names.emplace(weight, name).second) weights.push_back(weight);
    macs[weight] += static_cast<double>(NodeMacs(graph, id, dims));
  }
  std::vector<LayerCost> costs;
  for (ParamId weight : weights) {
    costs.push_back({names[weight], CostsByN(graph.param(weight).shape, macs[weight], recipe.m,
                                             ShortGroupRule(recipe))});
  }
  return {std::move(weights), LayerCosts(std::move(costs))};
}

}  // namespace winnow
