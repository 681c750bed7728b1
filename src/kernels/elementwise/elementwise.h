// Operators on one or two lane-strided tensors, pixel by pixel; of either element, all of a task
// alike, computed in float. All write the rows [begin, end) of `out` and leave its halo and border
// valid; `out` may be an input.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

enum class UnaryKind {
  kRelu,     // max(x, 0)
  kSlope,    // x < 0 ? a[c] * x : x
  kSigmoid,  // 1 / (1 + exp(-x))
  kTanh,
  kGelu,        // x * (1 + erf(x / sqrt 2)) / 2
  kGeluTanh,    // x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2
  kScale,       // a[c] * x
  kClamp,       // min(max(x, a[c]), b[c])
  kScaleShift,  // a[c] * x + b[c]
};

// `in` and `out` agree in channels, height, width and span. a and b hold one constant a channel
// where the kind uses them.
struct UnaryTask {
  UnaryKind kind = UnaryKind::kRelu;
  LaneTensor in;
  LaneTensor out;
  const float* a = nullptr;
  const float* b = nullptr;
};

enum class BinaryKind {
  kAdd,
  kMultiply,
  kGate,  // x / (1 + exp(-y)): the bits of kMultiply by kSigmoid's result
};

// `x` is as large as `out`; `y` too, or it is 1 x 1 (of any span) and serves every pixel of its
// channel.
struct BinaryTask {
  BinaryKind kind = BinaryKind::kAdd;
  LaneTensor x;
  LaneTensor y;
  LaneTensor out;
  bool broadcast = false;
};

struct ElementwiseKernels {
  void (*unary)(const UnaryTask& task, int begin, int end);
  void (*binary)(const BinaryTask& task, int begin, int end);
};

ElementwiseKernels GetElementwiseKernels(Isa isa);

}  // namespace winnow
