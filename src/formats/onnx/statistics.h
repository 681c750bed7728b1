// Means, deviations and normalisations that ONNX spells out in sums, squares and roots.
#pragma once

#include <optional>

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

// ReduceMean or ReduceSum of input 0 over `axes`; extents of 1 stay where `keep` is set.
Value Reduce(OpCall& call, const std::vector<std::int64_t>& axes, bool keep, bool mean);

// What arithmetic with a statistic among its inputs comes to; nothing where it is not part of such
// a pattern, and the inputs have to be made operators.
std::optional<Value> StatisticResult(OpCall& call);

// x normalised over its channels.
Activation EmitLayerNorm(OpCall& call, const Activation& x, float epsilon);

// The operators of a statistic that is a result of its own. Errors: kUnsupported.
Activation Materialise(OpCall& call, const Statistic& statistic);

// The one value of a constant whose values are all alike.
std::optional<double> UniformValue(const Constant& constant);

}  // namespace winnow::onnx
