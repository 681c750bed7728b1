// What a network loses when one of its layers is pruned.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "compress/layer_fit.h"
#include "graph/conv_layers.h"
#include "compress/network.h"

namespace winnow {

struct LayerSurvey {
  // By N = 0..m: mean squared change of the network's output when this layer alone keeps N of m,
  // its survivors being refitted. Infinite for 0, nothing for m, never rises with N. Empty for a
  // layer that is not to be pruned.
  std::vector<double> loss;
  // Of all uses of the weight but the first.
  LayerMoments later_uses;
};

struct SurveyOptions {
  int m = 32;
  Regularisation regularisation;
  // Of the pictures whose output is looked at, together; but two pictures at least.
  std::int64_t trial_pixels = 8 * 64 * 64;
  int threads = 1;
  std::function<void()> on_layer;  // called after each
};

// One a layer of `layers`, for the network whose weights are `network`'s. The loss is measured at a
// few N; in between, its ratio to the layer's own loss is interpolated.
std::vector<LayerSurvey> Survey(Network network, const std::vector<ConvLayer>& layers,
                                const std::vector<Tensor>& pictures, const SurveyOptions& options);

}  // namespace winnow
