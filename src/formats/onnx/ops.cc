#include "formats/onnx/ops.h"

#include <algorithm>
#include <iterator>

namespace winnow::onnx {
namespace {

constexpr OpRow kOps[] = {
    {"Abs", LowerUnary},
    {"Add", LowerAdd},
    {"AveragePool", LowerPool},
    {"BatchNormalization", LowerBatchNorm},
    {"Cast", LowerCast},
    {"Clip", LowerClip},
    {"Concat", LowerConcat},
    {"Conv", LowerConv},
    {"ConvTranspose", LowerConvTranspose},
    {"DepthToSpace", LowerDepthToSpace},
    {"Div", LowerDiv},
    {"Dropout", LowerPass},
    {"Erf", LowerErf},
    {"Expand", LowerExpand},
    {"Flatten", LowerFlatten},
    {"Gather", LowerGather},
    {"Gelu", LowerUnary},
    {"Gemm", LowerGemm},
    {"GlobalAveragePool", LowerGlobalPool},
    {"HardSigmoid", LowerUnary},
    {"HardSwish", LowerUnary},
    {"Identity", LowerPass},
    {"LayerNormalization", LowerLayerNorm},
    {"LeakyRelu", LowerUnary},
    {"MatMul", LowerMatMul},
    {"Max", LowerMinMax},
    {"MaxPool", LowerPool},
    {"Min", LowerMinMax},
    {"Mul", LowerMul},
    {"Neg", LowerUnary},
    {"PRelu", LowerPRelu},
    {"Pad", LowerPad},
    {"Pow", LowerPow},
    {"Reciprocal", LowerRoot},
    {"ReduceMean", LowerReduce},
    {"ReduceSum", LowerReduce},
    {"Relu", LowerUnary},
    {"Reshape", LowerReshape},
    {"Resize", LowerResize},
    {"Sigmoid", LowerUnary},
    {"Slice", LowerSlice},
    {"SpaceToDepth", LowerSpaceToDepth},
    {"Split", LowerSplit},
    {"Sqrt", LowerRoot},
    {"Squeeze", LowerSqueeze},
    {"Sub", LowerSub},
    {"Sum", LowerAdd},
    {"Tanh", LowerUnary},
    {"Tile", LowerTile},
    {"Transpose", LowerTranspose},
    {"Unsqueeze", LowerUnsqueeze},
    {"Upsample", LowerUpsample},
};

struct RemedyRow {
  const char* type;
  const char* remedy;
};

constexpr RemedyRow kRemedies[] = {
    {"If", "export with the branch fixed, or run onnxsim on the file"},
    {"Loop", "export with the loop unrolled (torch.jit.trace, a fixed number of steps)"},
    {"Scan", "export with the loop unrolled (torch.jit.trace, a fixed number of steps)"},
    {"QuantizeLinear", "export the network in floating point"},
    {"DequantizeLinear", "export the network in floating point"},
    {"QLinearConv", "export the network in floating point"},
    {"ConvInteger", "export the network in floating point"},
    {"Softmax", "attention is not imported; choose a convolutional network"},
    {"InstanceNormalization", "choose a network without it, or retrain it without"},
    {"Exp", "write the activation with Sigmoid or Tanh before exporting"},
    {"GridSample", "choose a network that does not warp its input"},
    {"RandomNormal", "export in evaluation mode (model.eval())"},
    {"RandomNormalLike", "export in evaluation mode (model.eval())"},
};

}  // namespace

const OpRow* FindOp(const std::string& type) {
  const auto row = std::ranges::find_if(kOps, [&](const OpRow& r) { return type == r.type; });
  return row == std::end(kOps) ? nullptr : row;
}

std::string Remedy(const std::string& type) {
  for (const RemedyRow& row : kRemedies) {
    if (type == row.type) return row.remedy;
  }
  return "export the network without it; docs/import.md lists what is imported";
}

}  // namespace winnow::onnx
