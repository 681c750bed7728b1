// The translation of ONNX operators: by function, one table.
#pragma once

#include <string>
#include <vector>

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

using Values = std::vector<Value>;
// Returns the node's outputs.
using Lower = Values (*)(OpCall& call);

struct OpRow {
  const char* type;
  Lower lower;  // for inputs that depend on the picture
};

// Null for operators that are not imported.
const OpRow* FindOp(const std::string& type);
// What to do about an operator that is not imported.
std::string Remedy(const std::string& type);

// lower_conv.cc
Values LowerConv(OpCall& call);
Values LowerConvTranspose(OpCall& call);
Values LowerBatchNorm(OpCall& call);
Values LowerGemm(OpCall& call);
Values LowerMatMul(OpCall& call);

// lower_binary.cc
Values LowerAdd(OpCall& call);
Values LowerSub(OpCall& call);
Values LowerMul(OpCall& call);
Values LowerDiv(OpCall& call);
Values LowerMinMax(OpCall& call);
Values LowerPow(OpCall& call);

// lower_unary.cc
Values LowerUnary(OpCall& call);
Values LowerPRelu(OpCall& call);
Values LowerClip(OpCall& call);
Values LowerPass(OpCall& call);
Values LowerCast(OpCall& call);
Values LowerRoot(OpCall& call);

// lower_gelu.cc
Values LowerErf(OpCall& call);
// What arithmetic with an ErrorFunction among the inputs comes to; nothing where there is none.
std::optional<Value> ErrorFunctionResult(OpCall& call);

// lower_layout.cc
Values LowerReshape(OpCall& call);
Values LowerFlatten(OpCall& call);
Values LowerSqueeze(OpCall& call);
Values LowerUnsqueeze(OpCall& call);
Values LowerTranspose(OpCall& call);
Values LowerDepthToSpace(OpCall& call);
Values LowerSpaceToDepth(OpCall& call);

// lower_parts.cc
Values LowerConcat(OpCall& call);
Values LowerSplit(OpCall& call);
Values LowerSlice(OpCall& call);
Values LowerGather(OpCall& call);
Values LowerPad(OpCall& call);
Values LowerTile(OpCall& call);
Values LowerExpand(OpCall& call);

// lower_resize.cc
Values LowerResize(OpCall& call);
Values LowerUpsample(OpCall& call);

// lower_pool.cc
Values LowerPool(OpCall& call);
Values LowerGlobalPool(OpCall& call);
Values LowerReduce(OpCall& call);
Values LowerLayerNorm(OpCall& call);

// lower_layout.cc and fold.cc share these; `call` blames.
Shape TargetOfReshape(const OpCall& call, const Shape& shape, std::vector<std::int64_t> target);
Shape Flattened(const OpCall& call, const Shape& shape);
Shape Squeezed(const OpCall& call, const Shape& shape);
Shape Unsqueezed(const OpCall& call, const Shape& shape);
std::vector<std::int64_t> OrderOfTranspose(const OpCall& call, std::size_t rank);

// [begin, end) by step of each axis that a Slice concerns, clamped to the shape.
struct SlicedAxis {
  std::size_t axis;
  std::int64_t begin;
  std::int64_t step;
  std::int64_t count;
};
std::vector<SlicedAxis> SlicedAxes(const OpCall& call, const Shape& shape);

// The sizes of a Split's parts along `axis`.
std::vector<std::int64_t> PartsOfSplit(const OpCall& call, std::int64_t extent);

}  // namespace winnow::onnx
