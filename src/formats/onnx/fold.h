// Operators on constants, which are computed while a network is imported: shapes, and weights that
// are made of others.
#pragma once

#include <optional>

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

// The outputs of a node whose inputs are all constants; nothing for an operator that is not folded.
// Errors: kUnsupported, kCorrupt.
std::optional<std::vector<Value>> Fold(const OpCall& call);

}  // namespace winnow::onnx
