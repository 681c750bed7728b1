// What training with N:M patterns adds to a step. The optimiser keeps dense weights W; the network
// computes with masked ones, and the mask comes from ranks (sparsity/ranks.h):
//     sls, one-shot, finetune   W * b[rank], b learned or fixed; the gradient of a masked weight is
//                               zero, so it keeps its value and can come back when ranks change
//     sr-ste, domino            W * [rank < N]; every weight gets the gradient of its masked copy,
//                               and decay * W where masked
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model.h"
#include "sparsity/pattern.h"
#include "sparsity/sls.h"
#include "training/prunable_layers.h"
#include "training/recipe.h"
#include "training/sparsity_state.h"

namespace winnow {

// What training begins with. `initial` holds the patterns of the initial model by the names of its
// params, which method "finetune" keeps; `weights`, by ParamId, are those that training begins
// with, from which "domino" takes its patterns. Errors: FindPrunableLayers's, kInvalidArgument (a
// budget that cannot be met, patterns of another m).
SparsityState InitialSparsity(const Recipe& recipe, const Model& model,
                              const std::map<std::string, Pattern>& initial,
                              const std::vector<Tensor>& weights);

class SparseTraining {
 public:
  // `recipe` must outlive this; `model` has the graph. Errors: FindPrunableLayers's, kCorrupt (a
  // state of other layers). `device` is that of the weights.
  SparseTraining(const Recipe& recipe, const Model& model, SparsityState state,
                 at::Device device = at::kCPU);

  const SparsityState& state();
  const LayerCosts& costs() const { return search_.costs(); }
  bool frozen() const { return search_.frozen(); }
  double annealing() const { return search_.state().annealing; }
  std::vector<int> Patterns() const { return search_.Patterns(); }
  double Fraction() const { return search_.Fraction(); }

  // To be called before step 0, 1, ...: where an epoch begins, ranks are updated from `weights` (by
  // ParamId) and the price of the search may rise.
  void BeginStep(std::int64_t step, const std::vector<at::Tensor>& weights);
  // What the network computes with in this step, by ParamId.
  std::vector<at::Tensor> NetworkWeights(const std::vector<at::Tensor>& weights);
  // After the backward pass: completes the gradients in `weights`, and says whether those of the
  // masks are finite.
  bool CompleteGradients(const std::vector<at::Tensor>& weights) const;
  // One step of the search; true when a layer's N has changed.
  bool Update();
  // The next of the recipe's snapshots, if the cost has come down to it; each is returned once.
  std::optional<double> PassedSnapshot();

  // Sets the masked weights of `model` to zero and its patterns to those of now.
  void Prune(Model& model) const;

 private:
  SparseTraining(const Recipe& recipe, const Model& model, PrunableLayers layers,
                 SparsityState state, at::Device device);
  bool straight_through() const {
    return recipe_.sparsity.method == "sr-ste" || recipe_.sparsity.method == "domino";
  }
  double PartDone(std::int64_t step) const;  // of the schedule
  void UpdateRanks(const std::vector<at::Tensor>& weights);
  void TakeRanks();
  void MakeMasks();

  const Recipe& recipe_;
  at::Device device_;
  std::vector<ParamId> weights_;
  SlsSearch search_;
  SparsityState state_;              // its search is kept in search_
  std::vector<at::Tensor> indices_;  // the ranks, as what index_select takes
  at::Tensor kept_;                  // b of all layers, [layers * m]
  std::vector<at::Tensor> masks_;    // b[rank] of each layer; empty: to be made anew
};

}  // namespace winnow
