// The layers of a network that a sparse method prunes, and what they cost.
#pragma once

#include <vector>

#include "graph/model.h"
#include "sparsity/layer_costs.h"
#include "sparsity/ranks.h"
#include "training/recipe.h"

namespace winnow {

struct PrunableLayers {
  // One entry a layer; a weight that serves several convolutions is one layer.
  std::vector<ParamId> weights;
  // In multiply-adds of the weights really kept, for an input of 320x180, or 1280x720 where blur is
  // removed, padded as the network needs it; or in the milliseconds of recipe.latency_table.
  LayerCosts costs;
};

// PrunableConvs of the graph but for those that the recipe excludes, with all that share their
// weights. Errors: kInvalidArgument (an excluded name that is no prunable convolution, nothing left
// to prune, a latency table of another M or without one of the layers), ReadLatencyTable's.
PrunableLayers FindPrunableLayers(const Model& model, const SparsityRecipe& recipe);

// The rule that recipe.short_groups names.
ShortGroups ShortGroupRule(const SparsityRecipe& recipe);

}  // namespace winnow
