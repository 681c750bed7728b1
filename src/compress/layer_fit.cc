#include "compress/layer_fit.h"

#include <algorithm>

namespace winnow {
namespace {

using Eigen::MatrixXd;

const Conv2d& ConvOf(const Graph& graph, const ConvLayer& layer) {
  return std::get<Conv2d>(graph.node(layer.uses.front()).op);
}

}  // namespace

void Accumulate(const LayerMoments& more, LayerMoments& moments) {
  if (moments.empty()) {
    moments = more;
    return;
  }
  for (std::size_t g = 0; g < more.size(); ++g) moments[g] += more[g];
}

LayerFit::LayerFit(const Model& dense, const ConvLayer& layer, const LayerMoments& moments,
                   const Regularisation& regularisation)
    : dense_(dense),
      layer_(layer),
      moments_(moments),
      layout_(FeaturesOf(dense.graph, ConvOf(dense.graph, layer))) {
  const int groups = static_cast<int>(moments.size());
  const Tensor* bias = layout_.bias ? &dense.weights[layer.bias] : nullptr;
  for (int g = 0; g < groups; ++g) {
    const MatrixXd weights = ToFeatures(layout_, dense.weights[layer.weight], bias, g, groups);
    problems_.push_back(PoseProblem(moments[g], layout_, weights, regularisation));
  }
}

LayerElimination LayerFit::Eliminate(int m, int threads) const {
  LayerElimination elimination;
  for (const LeastSquares& problem : problems_) {
    elimination.push_back(winnow::Eliminate(problem, m, threads));
  }
  return elimination;
}

template <typename FitGroup>
LayerFit::Params LayerFit::Collect(FitGroup fit) const {
  Params params{dense_.weights[layer_.weight], {}};
  const bool has_bias = layer_.bias != kNoParam;
  if (has_bias) params.bias = dense_.weights[layer_.bias];
  const int groups = static_cast<int>(problems_.size());
  for (int g = 0; g < groups; ++g) {
    FromFeatures(layout_, fit(g), g, groups, params.weight, has_bias ? &params.bias : nullptr);
  }
  return params;
}

LayerFit::Params LayerFit::Solve() const {
  return Collect([&](int g) { return FitAll(problems_[g]); });
}

LayerFit::Params LayerFit::Solve(const LayerElimination& elimination, int n, int threads) const {
  return Collect([&](int g) { return Refit(problems_[g], elimination[g].ranks, n, threads); });
}

double LayerFit::RelativeError(const Params& params) const {
  double missing = 0;
  double wanted = 0;
  const int groups = static_cast<int>(moments_.size());
  for (int g = 0; g < groups; ++g) {
    const MatrixXd& sum = moments_[g].sum;
    const int features = moments_[g].features;
    const int outputs = moments_[g].outputs;
    const MatrixXd w =
        ToFeatures(layout_, params.weight, layout_.bias ? &params.bias : nullptr, g, groups);
    const MatrixXd h = sum.topLeftCorner(features, features).selfadjointView<Eigen::Upper>();
    const double squares = sum.bottomRightCorner(outputs, outputs).trace();
    missing += squares + w.cwiseProduct(h * w - 2 * sum.topRightCorner(features, outputs)).sum();
    wanted += squares;
  }
  return wanted > 0 ? std::max(0.0, missing / wanted) : 0;
}

std::vector<double> TotalLoss(const LayerElimination& elimination) {
  std::vector<double> total(elimination.front().loss.size(), 0.0);
  for (const Elimination& group : elimination) {
    for (std::size_t n = 0; n < total.size(); ++n) total[n] += group.loss[n];
  }
  return total;
}

}  // namespace winnow
