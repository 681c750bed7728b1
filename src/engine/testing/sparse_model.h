// Networks with random weights at a given density, for tests and benchmarks.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "base/random.h"
#include "graph/cost.h"
#include "graph/model.h"

namespace winnow {

// Sets all but `kept` random ones of every 32 input channels to zero, for every output channel and
// kernel cell.
inline void KeepOf32(int kept, Tensor& weight, Random& random) {
  const std::int64_t channels = weight.dim(1), area = weight.dim(2) * weight.dim(3);
  for (std::int64_t i = 0; i < weight.dim(0) * area; ++i) {
    float* const cell = &weight.data[i / area * channels * area + i % area];
    for (std::int64_t first = 0; first < channels; first += 32) {
      std::vector<std::int64_t> group(std::min<std::int64_t>(32, channels - first));
      std::iota(group.begin(), group.end(), first);
      for (std::size_t k = 0; k + kept < group.size(); ++k) {
        std::swap(group[k], group[k + random.Below(group.size() - k)]);
        cell[group[k] * area] = 0;
      }
    }
  }
}

// Fills in normal weights under which convolutions about keep the variance of their input, then
// keeps `kept` of 32 in every prunable convolution.
inline void RandomSparseWeights(int kept, Model& model, Random& random) {
  for (const Param& param : model.graph.params()) {
    Tensor weight(param.shape);
    const double terms = static_cast<double>(weight.size()) / static_cast<double>(weight.dim(0));
    for (float& v : weight.data) v = static_cast<float>(random.Normal() / std::sqrt(terms));
    model.weights.push_back(std::move(weight));
  }
  for (NodeId id : PrunableConvs(model.graph)) {
    KeepOf32(kept, model.weights[std::get<Conv2d>(model.graph.node(id).op).weight], random);
  }
}

}  // namespace winnow
