// A model as an ONNX file.
#pragma once

#include <string>

#include "graph/model.h"

namespace winnow::peers {

inline constexpr const char* kOnnxInput = "input";
inline constexpr const char* kOnnxOutput = "output";

// The bytes of a model [1, c, height, width] -> [1, c', height', width'], operator set 17, all
// extents fixed. Errors: kUnsupported for operators that super-resolution networks do without;
// InferDims's.
std::string ToOnnx(const Model& model, int height, int width);

}  // namespace winnow::peers
