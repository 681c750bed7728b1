// Sparse weights in a file: one bit a weight says which are stored. docs/file_format.md.
#pragma once

#include <string>

#include "formats/safetensors.h"
#include "graph/graph.h"

namespace winnow {

// Replaces tensor NAME by NAME/mask and NAME/kept wherever that makes a file of `dtype` smaller;
// true if it did so anywhere.
bool PackWeights(DType dtype, TensorFile& file);

// The inverse, for the params of `graph` that are packed. Errors: kCorrupt, naming `file_name` and
// the tensor, where one of the two is missing or they do not belong together.
void UnpackWeights(const Graph& graph, const std::string& file_name, TensorFile& file);

}  // namespace winnow
