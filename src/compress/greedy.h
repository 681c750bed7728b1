// Pruning without training: layer after layer, by least squares on a few pictures.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "compress/elimination.h"
#include "graph/model.h"
#include "sparsity/layer_costs.h"

namespace winnow {

struct GreedyOptions {
  double budget = 0.25;  // of the dense cost, 0..1
  Regularisation regularisation;
  // Passes over the network. More than one helps where a weight has several uses: at its first use
  // the later ones are known from the pass before only.
  int sweeps = 1;
  int threads = 1;
  std::function<void(double)> on_progress;  // the fraction done, 0..1
  const std::atomic<bool>* stop = nullptr;  // set: kInterrupted is thrown after the layer
};

struct GreedyLayer {
  std::string name;
  int n = 1;         // of m; n == m is dense
  double loss = 0;   // mean squared change of the output when this layer alone keeps n
  double error = 0;  // of its output: squares of what is missing / squares of what it should be
  double cost = 0;   // in the unit of the costs
  double dense_cost = 0;
};

struct GreedyResult {
  Model model;
  std::vector<GreedyLayer> layers;  // the prunable ones, in graph order
  double fraction = 0;              // of the dense cost that is kept
  double output_change = 0;         // mean squared, over all pictures, in the network's numbers
};

// Prunes to N:m with m and the cost of every N from `costs`, whose layers are those of
// PrunableConvLayers. `pictures` are network inputs [channels, height, width], all of one extent.
// The Ns minimise the sum of the layers' losses, each measured alone (Survey), under the budget.
// Then, in graph order, each convolution sees the inputs that the pruned layers before it make; its
// weights are chosen and fitted (Eliminate, Refit) to what the dense network has there, including
// what a residual connection around it has lost. Convolutions that are not pruned are refitted too.
// Errors: kInvalidArgument (a model that is sparse already or has nothing to prune, no pictures,
// pictures of different extents, a budget that N = 1 exceeds), kUnsupported (a weight that is used
// with different biases or in different geometries), kInterrupted, InferDims's.
GreedyResult PruneGreedily(const Model& dense, const std::vector<Tensor>& pictures,
                           const LayerCosts& costs, const GreedyOptions& options);

}  // namespace winnow
