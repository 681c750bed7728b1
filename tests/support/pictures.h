// Pictures and small models made from a seed.
#pragma once

#include <cmath>
#include <string>

#include "base/random.h"
#include "graph/model.h"
#include "image/image.h"

namespace winnow {

// Smooth waves and a little noise in every channel, over the whole range of samples.
inline Image MakePicture(int width, int height, int channels = 3, int bits = 8,
                         std::uint64_t seed = 1) {
  Random random(seed);
  Image image(width, height, channels, bits);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double wave = std::sin(0.31 * x + c) * std::cos(0.17 * y - c);
        const double value = 0.5 + 0.4 * wave + 0.1 * (random.Uniform() - 0.5);
        image.set(y, x, c, static_cast<int>(value * image.white()));
      }
    }
  }
  return image;
}

// Weights for a graph without any: normal, scaled by the number of inputs so that signals neither
// vanish nor explode.
inline void FillWeights(Model& model, std::uint64_t seed = 1) {
  Random random(seed);
  model.weights.clear();
  for (const Param& param : model.graph.params()) {
    Tensor tensor(param.shape);
    const double fan_in =
        static_cast<double>(tensor.size()) / static_cast<double>(param.shape.front());
    for (float& value : tensor.data) {
      value = static_cast<float>(random.Normal() / std::sqrt(fan_in + 1));
    }
    model.weights.push_back(std::move(tensor));
  }
}

}  // namespace winnow
