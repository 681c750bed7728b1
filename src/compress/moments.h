// What least squares must know of the inputs and wanted outputs of a convolution.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "compress/network.h"
#include "graph/graph.h"

namespace winnow {

// The inputs of one output pixel as a vector of features: feature[t * channels + c] is channel c
// under kernel tap t, and with a bias a last one is always 1. Channels are those of one group of
// the convolution.
struct FeatureLayout {
  int channels = 0;
  int taps = 0;
  bool bias = false;

  int weights() const { return channels * taps; }
  int size() const { return weights() + (bias ? 1 : 0); }
};
FeatureLayout FeaturesOf(const Graph& graph, const Conv2d& conv);

// Sums over output pixels for one group of a convolution: with features x and targets y,
// sum of [x y]^T [x y], a symmetric matrix of which the upper triangle is set.
struct Moments {
  int features = 0;
  int outputs = 0;
  std::int64_t pixels = 0;
  Eigen::MatrixXd sum;

  Moments& operator+=(const Moments& other) {
    pixels += other.pixels;
    sum += other.sum;
    return *this;
  }
};

// One a group. `inputs` and `targets` are the convolution's, before any activation. Of a picture
// with many output pixels an evenly spread part is taken. The same for any number of threads.
std::vector<Moments> GatherMoments(const Graph& graph, const Conv2d& conv, const Batch& inputs,
                                   const Batch& targets, int threads);

}  // namespace winnow
