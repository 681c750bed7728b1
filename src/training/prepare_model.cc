#include "training/prepare_model.h"

#include <algorithm>
#include <variant>

#include "base/error.h"
#include "base/text.h"
#include "formats/model_file.h"
#include "graph/filter_pruning.h"
#include "graph/shapes.h"
#include "networks/registry.h"
#include "training/initial_weights.h"
#include "training/prunable_layers.h"

namespace winnow {
namespace {

void SetIdentity(const Conv2d& op, std::vector<Tensor>& weights) {
  Tensor& weight = weights[op.weight];
  const Shape& shape = weight.shape;
  std::fill(weight.data.begin(), weight.data.end(), 0.0f);
  for (std::int64_t c = 0; c < shape[0]; ++c) {
    weight.data[((c * shape[1] + c) * shape[2] + shape[2] / 2) * shape[3] + shape[3] / 2] = 1;
  }
  if (op.bias == kNoParam) return;
  std::fill(weights[op.bias].data.begin(), weights[op.bias].data.end(), 0.0f);
}

bool CanBeIdentity(const Conv2d& op, const Shape& weight) {
  return op.stride == 1 && op.groups == 1 && weight[0] == weight[1] && weight[2] % 2 == 1 &&
         weight[3] % 2 == 1;
}

void FillWithIdentity(const Graph& graph, const std::vector<bool>& taken,
                      std::vector<Tensor>& weights) {
  for (const Node& node : graph.nodes()) {
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
      if (!taken[conv->weight] && CanBeIdentity(*conv, weights[conv->weight].shape)) {
        SetIdentity(*conv, weights);
      }
    } else if (const auto* prelu = std::get_if<PRelu>(&node.op)) {
      auto& slopes = weights[prelu->weight].data;
      if (!taken[prelu->weight]) std::fill(slopes.begin(), slopes.end(), 1.0f);
    }
  }
}

// Graph and info without weights.
Model OutlineOfInitialModel(const Recipe& recipe) {
  Model model = ReadModel(recipe.initial_model);
  if (!recipe.settings.empty() || (recipe.scale != 0 && recipe.scale != model.info.scale)) {
    throw Error(ErrorKind::kInvalidArgument,
                "the network of " + recipe.initial_model +
                    " has its own scale and settings; leave out 'scale' and [settings]");
  }
  model.weights.clear();
  model.patterns.clear();
  return model;
}

// What the recipe itself says about its model goes first.
void AddCompression(const Recipe& recipe, std::map<std::string, std::string>& provenance) {
  const SparsityRecipe& sparsity = recipe.sparsity;
  if (sparsity.method.empty()) return;
  const ModelInfo initial = ReadModel(recipe.initial_model).info;
  if (sparsity.method == "finetune") {
    for (const auto& entry : initial.provenance) {
      if (entry.first.starts_with("compress")) provenance.insert(entry);
    }
    return;
  }
  provenance.emplace("compressed_from", initial.name);
  provenance.emplace("compression_method", sparsity.method);
  provenance.emplace("compression_budget", sparsity.n > 0
                                               ? ToString(Pattern{sparsity.n, sparsity.m})
                                               : ShortText(sparsity.budget));
}

// The weights of convolutions that stay dense.
std::vector<ParamId> Excluded(const Graph& graph, const SparsityRecipe& recipe) {
  std::vector<ParamId> weights;
  for (const Node& node : graph.nodes()) {
    if (std::ranges::find(recipe.exclude, node.name) == recipe.exclude.end()) continue;
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) weights.push_back(conv->weight);
  }
  return weights;
}

}  // namespace

Model PrepareModel(const Recipe& recipe) {
  Model model =
      recipe.network.empty()
          ? OutlineOfInitialModel(recipe)
          : BuildNetwork(recipe.network, {.scale = recipe.scale, .settings = recipe.settings});
  model.info.name = recipe.name;
  if (!recipe.network.empty()) model.info.licence = recipe.licence;
  model.info.provenance = recipe.provenance;
  AddCompression(recipe, model.info.provenance);
  const std::string network = recipe.network.empty() ? recipe.initial_model : recipe.network;
  if (model.info.colour == "y") {
    throw Error(ErrorKind::kUnsupported,
                network + ": only networks on RGB pictures can be trained");
  }
  if (recipe.patch % model.info.size_multiple != 0) {
    throw Error(ErrorKind::kInvalidArgument, "'patch' must be a multiple of " +
                                                 std::to_string(model.info.size_multiple) +
                                                 " for network " + network);
  }
  InferDims(model.graph, recipe.patch, recipe.patch);  // for its errors
  return model;
}

int TakeInitialModel(const std::filesystem::path& path, const Graph& graph,
                     std::vector<Tensor>& weights) {
  const Model initial = ReadModel(path);
  std::vector<bool> taken(weights.size(), false);
  for (std::size_t i = 0; i < initial.weights.size(); ++i) {
    for (std::size_t j = 0; j < weights.size(); ++j) {
      if (initial.graph.params()[i] != graph.params()[j]) continue;
      weights[j] = initial.weights[i];
      taken[j] = true;
    }
  }
  const auto count = std::count(taken.begin(), taken.end(), true);
  if (count == 0) {
    throw Error(ErrorKind::kInvalidArgument,
                path.string() + ": no weight fits the recipe's network");
  }
  FillWithIdentity(graph, taken, weights);
  return static_cast<int>(count);
}

double PruneInitialFilters(const Recipe& recipe, Model& model) {
  Random random(recipe.seed);
  model.weights = InitialWeights(model, random);
  TakeInitialModel(recipe.initial_model, model.graph, model.weights);
  const auto cost = [&](const Graph& graph) {
    return FindPrunableLayers({model.info, graph, {}, {}}, recipe.sparsity).costs.dense();
  };
  FilterPruned pruned =
      PruneFilters(model, recipe.sparsity.budget, cost, Excluded(model.graph, recipe.sparsity));
  model = std::move(pruned.model);
  return pruned.cost;
}

}  // namespace winnow
