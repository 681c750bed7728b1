// What a model is made of and what it costs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/cost.h"
#include "graph/model.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"
#include "sparsity/pattern.h"

namespace winnow {

// Numbers other than zero.
std::int64_t CountNonzero(const Tensor& tensor);

// A convolution or transposed convolution.
struct LayerSummary {
  std::string name;
  std::string op;  // OpName
  Shape weight;
  int stride = 1;
  int groups = 1;
  Dims output;
  std::optional<Pattern> pattern;  // absent: dense
  std::int64_t weights = 0;
  std::int64_t nonzero = 0;  // of the weights; 0 where the model carries none
  std::int64_t macs = 0;     // dense
  double nonzero_macs = 0;   // of the weights that are not zero
};

struct ModelSummary {
  Dims input;
  Dims output;
  bool has_weights = false;  // a network by name has none
  Cost cost;
  std::int64_t nonzero = 0;  // convolution weights, a shared one counted once
  double nonzero_macs = 0;
  ReceptiveField field;
  std::vector<LayerSummary> layers;
};

// For an input of height x width. Errors: RequireInputSize's.
ModelSummary Summarize(const Model& model, std::int64_t height, std::int64_t width);

}  // namespace winnow
