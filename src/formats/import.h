// Weights of other projects into a network of ours.
#pragma once

#include <string>
#include <vector>

#include "formats/safetensors.h"
#include "graph/model.h"

namespace winnow {

// Fills `model.weights` from `file` by param name and shape. Tensors of the file that the graph
// does not use are returned by name for the caller to report. Errors: kInvalidArgument naming the
// first few missing tensors with their count, or the first shape that disagrees; `model` is then
// unchanged.
std::vector<std::string> LoadWeights(const TensorFile& file, const std::string& file_name,
                                     Model& model);

}  // namespace winnow
