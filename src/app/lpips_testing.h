// Weights for tests of LPIPS.
#pragma once

#include <map>
#include <string>

#include "base/random.h"
#include "formats/safetensors.h"

namespace winnow {

// LPIPS weights as the published ones are laid out, with random numbers.
inline TensorFile RandomLpipsWeights() {
  const std::map<std::string, Shape> shapes = {
      {"features.0.weight", {64, 3, 11, 11}},   {"features.0.bias", {64}},
      {"features.3.weight", {192, 64, 5, 5}},   {"features.3.bias", {192}},
      {"features.6.weight", {384, 192, 3, 3}},  {"features.6.bias", {384}},
      {"features.8.weight", {256, 384, 3, 3}},  {"features.8.bias", {256}},
      {"features.10.weight", {256, 256, 3, 3}}, {"features.10.bias", {256}},
      {"lin0.weight", {1, 64, 1, 1}},           {"lin1.weight", {1, 192, 1, 1}},
      {"lin2.weight", {1, 384, 1, 1}},          {"lin3.weight", {1, 256, 1, 1}},
      {"lin4.weight", {1, 256, 1, 1}}};
  Random random(1);
  TensorFile file;
  for (const auto& [name, shape] : shapes) {
    Tensor tensor(shape);
    for (float& value : tensor.data) value = static_cast<float>(random.Uniform() - 0.4) / 10;
    file.tensors[name] = tensor;
  }
  return file;
}

}  // namespace winnow
