// The folding of operators that move numbers.
#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

// Errors: kCorrupt beyond kMaxConstantSize.
void CheckSize(const OpCall& call, const Shape& shape);

// Truncated, and clamped to what fits.
inline std::int64_t ToInteger(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (value < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

// Element i of the result is element `source(i).second` of constant `source(i).first`.
template <typename Source>
ConstantPtr Picked(const Shape& shape, bool integer, Source source) {
  Constant out{shape, integer, {}, {}};
  const std::int64_t count = ElementCount(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::pair<const Constant*, std::int64_t> from = source(i);
    if (integer) {
      out.integers.push_back(from.first->integers[from.second]);
    } else {
      out.floats.push_back(from.first->floats[from.second]);
    }
  }
  return std::make_shared<const Constant>(std::move(out));
}

Shape BroadcastShape(const OpCall& call, const Shape& a, const Shape& b);
ConstantPtr ExpandConstant(const OpCall& call, const Constant& constant, const Shape& shape);

ConstantPtr FoldGather(const OpCall& call);
ConstantPtr FoldSlice(const OpCall& call);
ConstantPtr FoldConcat(const OpCall& call);
ConstantPtr FoldTranspose(const OpCall& call);
ConstantPtr FoldExpand(const OpCall& call);
ConstantPtr FoldTile(const OpCall& call);
ConstantPtr FoldReduce(const OpCall& call);
std::vector<Value> FoldSplit(const OpCall& call);

}  // namespace winnow::onnx
