// What a run trains, before its first step.
#pragma once

#include <filesystem>
#include <vector>

#include "graph/model.h"
#include "training/recipe.h"

namespace winnow {

// The recipe's network under the recipe's name, still without weights; a recipe that names none
// takes the graph, the info and the licence of its initial model. Its provenance says what a sparse
// method makes of which model. Errors: ReadModel's, BuildNetwork's and
// InferDims's, kUnsupported (not a network on RGB), kInvalidArgument (a patch the network cannot
// take).
Model PrepareModel(const Recipe& recipe);

// Overwrites those of `weights` (by ParamId of `graph`) that the model file `path` has under the
// same name and shape; returns how many. Convolutions from n to n channels and PReLUs for which it
// has none become the identity, so that a deeper network begins as good as the shallower one it is
// grown from (Chen et al., Net2Net, ICLR 2016). Errors: ReadModel's, kInvalidArgument if none fits.
int TakeInitialModel(const std::filesystem::path& path, const Graph& graph,
                     std::vector<Tensor>& weights);

// The start of method "filter": gives PrepareModel's model the weights that training begins with
// and removes filters of it until it meets the recipe's budget. Returns the fraction of the dense
// cost, as of PrunableLayers, that is left. The same for every call with the same recipe and
// initial model. Errors: TakeInitialModel's, FindPrunableLayers's, PruneFilters's.
double PruneInitialFilters(const Recipe& recipe, Model& model);

}  // namespace winnow
