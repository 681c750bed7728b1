// A layer's weights, sparse or not, fitted to what its outputs should be.
#pragma once

#include <vector>

#include "compress/elimination.h"
#include "graph/conv_layers.h"
#include "graph/model.h"

namespace winnow {

// Of a layer: one a group of the convolution.
using LayerMoments = std::vector<Moments>;
using LayerElimination = std::vector<Elimination>;

void Accumulate(const LayerMoments& more, LayerMoments& moments);

class LayerFit {
 public:
  // `dense` holds the weights that are fitted anew. The references must outlive this object.
  LayerFit(const Model& dense, const ConvLayer& layer, const LayerMoments& moments,
           const Regularisation& regularisation);

  LayerElimination Eliminate(int m, int threads) const;

  struct Params {
    Tensor weight;
    Tensor bias;  // empty where the layer has none
  };
  // Every weight kept.
  Params Solve() const;
  // Only those with a rank below n.
  Params Solve(const LayerElimination& elimination, int n, int threads) const;

  // Of the moments' targets, what the params miss: squares of the differences / squares.
  double RelativeError(const Params& params) const;

 private:
  template <typename FitGroup>
  Params Collect(FitGroup fit) const;

  const Model& dense_;
  const ConvLayer& layer_;
  const LayerMoments& moments_;
  FeatureLayout layout_;
  std::vector<LeastSquares> problems_;
};

// By N = 0..m: the sum over the groups.
std::vector<double> TotalLoss(const LayerElimination& elimination);

}  // namespace winnow
