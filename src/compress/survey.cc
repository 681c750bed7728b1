#include "compress/survey.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace winnow {
namespace {

// The N that are tried, as parts of m.
constexpr int kTrialDivisors[] = {2, 4, 8, 16};

// Measured values by n, continued to all n of 1..m: linear in log n, constant beyond the ends.
std::vector<double> Interpolate(const std::map<int, double>& measured, int m) {
  std::vector<double> values(m + 1, 0.0);
  for (int n = 1; n <= m; ++n) {
    const auto above = measured.lower_bound(n);
    if (above == measured.begin() || above == measured.end()) {
      values[n] = above == measured.end() ? measured.rbegin()->second : above->second;
      continue;
    }
    const auto below = std::prev(above);
    const double t = std::log(static_cast<double>(n) / below->first) /
                     std::log(static_cast<double>(above->first) / below->first);
    values[n] = (1 - t) * below->second + t * above->second;
  }
  return values;
}

int TrialPictures(const std::vector<Tensor>& pictures, std::int64_t pixels) {
  const std::int64_t one = pictures[0].dim(1) * pictures[0].dim(2);
  const auto all = static_cast<std::int64_t>(pictures.size());
  return static_cast<int>(std::min(all, std::max<std::int64_t>(2, pixels / one)));
}

class Surveyor {
 public:
  Surveyor(Network network, const std::vector<ConvLayer>& layers,
           const std::vector<Tensor>& pictures, const SurveyOptions& options)
      : network_(std::move(network)),
        layers_(layers),
        options_(options),
        walk_(network_.graph(), pictures),
        trial_pictures_(TrialPictures(pictures, options.trial_pixels)),
        states_(layers.size()) {
    Walk whole = walk_.First(trial_pictures_);
    whole.Finish(network_);
    wanted_ = whole.output();
  }

  std::vector<LayerSurvey> Run() {
    while (!walk_.done()) {
      const NodeId id = walk_.next();
      const auto layer = std::ranges::find_if(layers_, [&](const ConvLayer& candidate) {
        return std::ranges::find(candidate.uses, id) != candidate.uses.end();
      });
      if (layer == layers_.end()) {
        walk_.Step(network_);
      } else {
        Visit(layer - layers_.begin(), id);
      }
    }
    std::vector<LayerSurvey> surveys;
    for (State& state : states_) surveys.push_back(std::move(state.survey));
    return surveys;
  }

 private:
  struct State {
    std::optional<Walk> before;  // the first use
    LayerMoments moments;
    LayerSurvey survey;
  };

  void Visit(std::size_t index, NodeId id) {
    const ConvLayer& layer = layers_[index];
    State& state = states_[index];
    const bool first = id == layer.uses.front();
    if (first && layer.prunable) state.before = walk_.First(trial_pictures_);
    const Batch inputs = *walk_.inputs()[0];
    walk_.Step(network_);
    const LayerMoments moments =
        GatherMoments(network_.graph(), std::get<Conv2d>(network_.graph().node(id).op), inputs,
                      walk_.at(id), options_.threads);
    if (!first) Accumulate(moments, state.survey.later_uses);
    Accumulate(moments, state.moments);
    if (id != layer.uses.back()) return;
    if (layer.prunable) Try(layer, state);
    state.moments.clear();
    state.before.reset();
    if (options_.on_layer) options_.on_layer();
  }

  // Measures the loss of a layer.
  void Try(const ConvLayer& layer, State& state) {
    const int m = options_.m;
    const LayerFit fit(network_.model(), layer, state.moments, options_.regularisation);
    const LayerElimination elimination = fit.Eliminate(m, options_.threads);
    const std::vector<double> own = TotalLoss(elimination);
    std::map<int, double> ratio;
    for (int divisor : kTrialDivisors) {
      const int n = std::max(1, m / divisor);
      if (n == m || ratio.contains(n)) continue;
      const double change =
          OutputChange(layer, fit.Solve(elimination, n, options_.threads), *state.before);
      ratio[n] = own[n] > 0 ? change / own[n] : 0;
    }
    state.survey.loss = own;
    if (ratio.empty()) return;  // m is 1
    const std::vector<double> ratios = Interpolate(ratio, m);
    for (int n = m - 1; n >= 1; --n) {
      state.survey.loss[n] = std::max(own[n] * ratios[n], state.survey.loss[n + 1]);
    }
  }

  double OutputChange(const ConvLayer& layer, LayerFit::Params params, Walk walk) const {
    Network changed = network_;
    changed.SetParam(layer.weight, std::move(params.weight));
    if (layer.bias != kNoParam) changed.SetParam(layer.bias, std::move(params.bias));
    walk.Finish(changed);
    return MeanSquaredDifference(walk.output(), wanted_);
  }

  Network network_;
  const std::vector<ConvLayer>& layers_;
  const SurveyOptions& options_;
  Walk walk_;
  int trial_pictures_;
  std::vector<State> states_;
  Batch wanted_;  // outputs of the trial pictures
};

}  // namespace

std::vector<LayerSurvey> Survey(Network network, const std::vector<ConvLayer>& layers,
                                const std::vector<Tensor>& pictures, const SurveyOptions& options) {
  return Surveyor(std::move(network), layers, pictures, options).Run();
}

}  // namespace winnow
