// A network with its weights and everything needed to use it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "sparsity/pattern.h"
#include "tensor/tensor.h"

namespace winnow {

// How pictures become numbers and what the result means.
struct ModelInfo {
  std::string name;     // "winnow-x4"
  std::string network;  // the row of networks/registry.h it was built from, or "imported"
  std::string task = "super-resolution";  // or "deblurring"
  int scale = 1;                          // output extent / input extent
  // White in the network's numbers (1 or 255). Network input = sample / white level * pixel_range -
  // mean[c]; sample = (network output + mean[c]) / pixel_range * white level.
  float pixel_range = 1.0f;
  std::vector<float> mean = {0, 0, 0};  // one entry an input channel, in units of pixel_range
  std::string colour = "rgb";           // order and meaning of the channels: "rgb", "bgr" or "y"
  // The input is padded (replicating the edge, right and bottom) to multiples of this, the result
  // is cropped.
  int size_multiple = 1;
  std::string licence;                            // SPDX expression, or "unknown"
  std::map<std::string, std::string> provenance;  // data, steps, command, ...: free text
  bool operator==(const ModelInfo&) const = default;
};

struct Model {
  ModelInfo info;
  Graph graph;
  std::vector<Tensor> weights;          // by ParamId, shapes as in graph.params()
  std::map<ParamId, Pattern> patterns;  // sparse convolution weights only; others are dense
  bool operator==(const Model&) const = default;
};

struct InputSize {
  int width = 0;
  int height = 0;
};

// The input that costs are quoted for where none is asked for: 320x180 for networks that enlarge,
// 1280x720 for others, rounded up to their size_multiple.
InputSize QuotedSize(const ModelInfo& info);

// Errors: kInvalidArgument naming the place: weights that do not fit the graph, a bad pattern,
// range, mean, scale or colour, outputs whose channels do not match the colour.
void Validate(const Model& model);

}  // namespace winnow
