// What the tests of precisions share.
#pragma once

#include <utility>

#include "base/random.h"
#include "engine/session.h"
#include "graph/model.h"

namespace winnow {

// A model of `graph` with random weights of which about `kept` of 32 are not zero.
inline Model ModelKeeping(int kept, Graph graph) {
  Model model;
  model.graph = std::move(graph);
  Random random(1);
  for (const Param& param : model.graph.params()) {
    Tensor weight(param.shape);
    for (float& w : weight.data) {
      if (static_cast<int>(random.Below(32)) < kept) w = static_cast<float>(random.Normal()) / 16;
    }
    model.weights.push_back(weight);
  }
  return model;
}

inline Tensor Noise(int height, int width) {
  Random random(2);
  Tensor input({3, height, width});
  for (float& x : input.data) x = static_cast<float>(random.Normal());
  return input;
}

// Costs that are the same on every machine, so that the choice of kernels is.
inline SessionOptions Options(Precision precision, int threads = 1) {
  SessionOptions options;
  options.precision = precision;
  options.threads = threads;
  options.costs = CostSource::kBuiltIn;
  return options;
}

}  // namespace winnow
