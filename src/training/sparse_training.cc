#include "training/sparse_training.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "sparsity/allocation.h"
#include "sparsity/magnitude.h"
#include "training/at_tensor.h"

namespace winnow {
namespace {

// The published price was found for an L1 loss of samples in 0..255, where it is some 5.
double PriceInUnitsOfTheLoss(const Recipe& recipe, double pixel_range) {
  constexpr double kTypicalLoss = 5;
  const double lambda = recipe.sparsity.lambda;
  const double scale = pixel_range / 255;
  if (recipe.optimiser.loss == "mse") return lambda * scale * scale;
  // A logarithm of squares changes by twice what the error changes by, relative to the error.
  if (recipe.optimiser.loss == "psnr") return lambda * 2 / kTypicalLoss;
  return lambda * scale;
}

SlsOptions OptionsOf(const Recipe& recipe, double pixel_range) {
  const SparsityRecipe& sparsity = recipe.sparsity;
  return {.budget = sparsity.budget,
          .lambda = PriceInUnitsOfTheLoss(recipe, pixel_range),
          .learning_rate = sparsity.score_learning_rate,
          .beta1 = recipe.optimiser.beta1,
          .beta2 = recipe.optimiser.beta2,
          .epsilon = recipe.optimiser.epsilon,
          .anneal_factor = sparsity.anneal_factor,
          .anneal_threshold = sparsity.anneal_threshold,
          .ordered = sparsity.priority_ordering};
}

// The N whose masks cost the least of the layers' magnitudes under the budget.
std::vector<int> PatternsByMagnitude(const SparsityRecipe& recipe, const PrunableLayers& layers,
                                     const std::vector<Tensor>& weights) {
  std::vector<std::vector<double>> loss;
  for (ParamId id : layers.weights) {
    const Tensor& weight = weights[id];
    loss.push_back(MagnitudeLoss(
        weight.data, Ranks(weight.data, weight.shape, recipe.m, ShortGroupRule(recipe)), recipe.m));
  }
  return Allocate(layers.costs, loss, recipe.budget);
}

std::vector<int> InitialPatterns(const SparsityRecipe& recipe, const Graph& graph,
                                 const PrunableLayers& layers,
                                 const std::map<std::string, Pattern>& initial,
                                 const std::vector<Tensor>& weights) {
  if (recipe.method == "sls") return {};
  if (recipe.method == "domino") return PatternsByMagnitude(recipe, layers, weights);
  if (recipe.method != "finetune") {
    const int n = recipe.n > 0 ? recipe.n : layers.costs.LargestUniform(recipe.budget);
    return std::vector<int>(layers.weights.size(), n);
  }
  std::vector<int> patterns;
  for (ParamId weight : layers.weights) {
    const auto found = initial.find(graph.param(weight).name);
    const Pattern pattern = found == initial.end() ? Pattern{recipe.m, recipe.m} : found->second;
    if (pattern.m != recipe.m) {
      throw Error(ErrorKind::kInvalidArgument,
                  "the initial model has '" + found->first + "' at " + ToString(pattern) +
                      ", and the recipe asks for an 'm' of " + std::to_string(recipe.m));
    }
    patterns.push_back(pattern.n);
  }
  return patterns;
}

// The smallest pattern in the sense of the model file that covers what is kept; short groups of the
// published rule can hold more than n of m.
Pattern CoveringPattern(int n, int m, std::int64_t channels, ShortGroups rule) {
  const int last = static_cast<int>(channels % m);
  Pattern pattern = {n, m};
  if (rule == ShortGroups::kPublished && last != 0) {
    while (KeptInGroup(pattern, last) < std::min(n, last)) ++pattern.n;
  }
  return pattern;
}

// A state of other layers would be read beyond its end.
void CheckFits(const Graph& graph, const std::vector<ParamId>& weights, int m,
               const SlsState& search, const std::vector<std::vector<std::uint8_t>>& ranks) {
  const std::size_t factors = weights.size() * static_cast<std::size_t>(m - 1);
  bool fits = search.factors.size() == factors && search.moment1.size() == factors &&
              search.moment2.size() == factors &&
              (search.frozen.empty() || search.frozen.size() == weights.size()) &&
              (ranks.empty() || ranks.size() == weights.size());
  for (std::size_t i = 0; fits && i < ranks.size(); ++i) {
    const std::int64_t count = ElementCount(graph.param(weights[i]).shape);
    fits = static_cast<std::int64_t>(ranks[i].size()) == count &&
           std::ranges::all_of(ranks[i], [&](std::uint8_t rank) { return rank < m; });
  }
  if (!fits) {
    throw Error(ErrorKind::kCorrupt,
                "the checkpoint's sparse state is of other layers; start the run anew");
  }
}

}  // namespace

SparsityState InitialSparsity(const Recipe& recipe, const Model& model,
                              const std::map<std::string, Pattern>& initial,
                              const std::vector<Tensor>& weights) {
  const PrunableLayers layers = FindPrunableLayers(model, recipe.sparsity);
  SparsityState state;
  state.search.frozen = InitialPatterns(recipe.sparsity, model.graph, layers, initial, weights);
  return state;
}

SparseTraining::SparseTraining(const Recipe& recipe, const Model& model, SparsityState state,
                               at::Device device)
    : SparseTraining(recipe, model, FindPrunableLayers(model, recipe.sparsity), std::move(state),
                     device) {}

SparseTraining::SparseTraining(const Recipe& recipe, const Model& model, PrunableLayers layers,
                               SparsityState state, at::Device device)
    : recipe_(recipe),
      device_(device),
      weights_(std::move(layers.weights)),
      search_(std::move(layers.costs), OptionsOf(recipe, model.info.pixel_range),
              std::move(state.search)),
      state_(std::move(state)) {
  CheckFits(model.graph, weights_, recipe.sparsity.m, search_.state(), state_.ranks);
  TakeRanks();
}

const SparsityState& SparseTraining::state() {
  state_.search = search_.state();
  return state_;
}

double SparseTraining::PartDone(std::int64_t step) const {
  return static_cast<double>(step) / static_cast<double>(recipe_.optimiser.steps);
}

void SparseTraining::BeginStep(std::int64_t step, const std::vector<at::Tensor>& weights) {
  const SparsityRecipe& sparsity = recipe_.sparsity;
  const bool epoch_begins = step % sparsity.epoch_steps == 0;
  const bool fixed = sparsity.method == "one-shot" || sparsity.method == "finetune" ||
                     PartDone(step) >= sparsity.rank_updates;
  const bool due = (epoch_begins || straight_through()) && !fixed;
  if (state_.ranks.empty() || due) UpdateRanks(weights);
  if (step > 0 && step % (sparsity.anneal_epochs * sparsity.epoch_steps) == 0) search_.Anneal();
  if (PartDone(step) >= sparsity.search_until) search_.Press(PriceRise(recipe_.optimiser.steps));
}

void SparseTraining::UpdateRanks(const std::vector<at::Tensor>& weights) {
  state_.ranks.clear();
  for (ParamId id : weights_) {
    const at::Tensor weight = weights[id].detach().to(at::kCPU).contiguous();
    const std::span<const float> values(weight.data_ptr<float>(), weight.numel());
    const Shape shape(weight.sizes().begin(), weight.sizes().end());
    state_.ranks.push_back(
        Ranks(values, shape, recipe_.sparsity.m, ShortGroupRule(recipe_.sparsity)));
  }
  TakeRanks();
}

void SparseTraining::TakeRanks() {
  masks_.clear();
  indices_.clear();
  for (std::vector<std::uint8_t>& ranks : state_.ranks) {
    const auto count = static_cast<std::int64_t>(ranks.size());
    indices_.push_back(at::from_blob(ranks.data(), {count}, at::kByte).to(device_).to(at::kInt));
  }
}

// While an N can change, the masks are part of the graph of gradients and made anew in every step.
void SparseTraining::MakeMasks() {
  if (search_.frozen() && !masks_.empty()) return;
  std::vector<float> kept;
  for (int layer = 0; layer < costs().layers(); ++layer) {
    const std::vector<float> of_layer = search_.Kept(layer);
    kept.insert(kept.end(), of_layer.begin(), of_layer.end());
  }
  kept_ = at::tensor(kept, at::kFloat).to(device_);
  kept_.set_requires_grad(!search_.frozen());
  const std::vector<at::Tensor> by_layer = kept_.split(costs().m());
  masks_.clear();
  for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
    masks_.push_back(by_layer[layer].index_select(0, indices_[layer]));
  }
}

std::vector<at::Tensor> SparseTraining::NetworkWeights(const std::vector<at::Tensor>& weights) {
  MakeMasks();
  std::vector<at::Tensor> result = weights;
  for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
    const at::Tensor& weight = weights[weights_[layer]];
    const at::Tensor mask = masks_[layer].view_as(weight);
    result[weights_[layer]] =
        straight_through() ? weight - weight.detach() * (1 - mask) : weight * mask;
  }
  return result;
}

bool SparseTraining::CompleteGradients(const std::vector<at::Tensor>& weights) const {
  at::NoGradGuard no_grad;
  for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
    const at::Tensor& weight = weights[weights_[layer]];
    if (!straight_through() || !weight.grad().defined()) continue;
    weight.grad().add_(weight * (1 - masks_[layer].view_as(weight)), recipe_.sparsity.decay);
  }
  return !kept_.grad().defined() || std::isfinite(kept_.grad().abs().sum().item<float>());
}

bool SparseTraining::Update() {
  if (search_.frozen()) return false;
  const std::vector<int> before = search_.Patterns();
  const at::Tensor gradient = kept_.grad().defined() ? kept_.grad() : at::zeros_like(kept_);
  search_.Update(FromAten(gradient).data);
  masks_.clear();
  return search_.Patterns() != before;
}

std::optional<double> SparseTraining::PassedSnapshot() {
  const std::vector<double>& snapshots = recipe_.sparsity.snapshots;
  const auto next = static_cast<std::size_t>(state_.snapshots);
  if (next >= snapshots.size() || Fraction() > snapshots[next]) return std::nullopt;
  ++state_.snapshots;
  return snapshots[next];
}

void SparseTraining::Prune(Model& model) const {
  const int m = recipe_.sparsity.m;
  const std::vector<int> patterns = Patterns();
  model.patterns.clear();
  for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
    Tensor& weight = model.weights[weights_[layer]];
    ApplyMask(state_.ranks[layer], patterns[layer], weight.data);
    const Pattern pattern =
        CoveringPattern(patterns[layer], m, weight.dim(1), ShortGroupRule(recipe_.sparsity));
    if (pattern.n < m) model.patterns[weights_[layer]] = pattern;
  }
}

}  // namespace winnow
