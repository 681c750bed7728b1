#include "training/prepare_model.h"

#include "base/error.h"
#include "formats/model_file.h"
#include "graph/shapes.h"
#include "networks/registry.h"

namespace winnow {

Model PrepareModel(const Recipe& recipe) {
  Model model = BuildNetwork(recipe.network, {.scale = recipe.scale, .settings = recipe.settings});
  model.info.name = recipe.name;
  model.info.licence = recipe.licence;
  model.info.provenance = recipe.provenance;
  if (model.info.colour == "y") {
    throw Error(ErrorKind::kUnsupported,
                recipe.network + ": only networks on RGB pictures can be trained");
  }
  if (recipe.patch % model.info.size_multiple != 0) {
    throw Error(ErrorKind::kInvalidArgument, "'patch' must be a multiple of " +
                                                 std::to_string(model.info.size_multiple) +
                                                 " for network " + recipe.network);
  }
  InferDims(model.graph, recipe.patch, recipe.patch);  // for its errors
  return model;
}

int TakeInitialModel(const std::filesystem::path& path, const Graph& graph,
                     std::vector<Tensor>& weights) {
  const Model initial = ReadModel(path);
  int taken = 0;
  for (std::size_t i = 0; i < initial.weights.size(); ++i) {
    for (std::size_t j = 0; j < weights.size(); ++j) {
      if (initial.graph.params()[i] != graph.params()[j]) continue;
      weights[j] = initial.weights[i];
      ++taken;
    }
  }
  if (taken == 0) {
    throw Error(ErrorKind::kInvalidArgument,
                path.string() + ": no weight fits the recipe's network");
  }
  return taken;
}

}  // namespace winnow
