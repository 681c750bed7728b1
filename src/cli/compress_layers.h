// The layers of a compressed model, for the report.
#pragma once

#include <vector>

#include "cli/compress_report.h"
#include "graph/model.h"
#include "sparsity/layer_costs.h"

namespace winnow {

// By the patterns that the model has; `costs` are those of its prunable layers.
std::vector<CompressedLayer> PatternLayers(const Model& model, const LayerCosts& costs);

// What the layers cost, of the dense ones' costs.
double KeptFraction(const std::vector<CompressedLayer>& layers, const LayerCosts& costs);

}  // namespace winnow
