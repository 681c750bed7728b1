// What an ONNX tensor is while a network is imported.
#pragma once

#include <variant>

#include "formats/onnx/constant.h"
#include "formats/onnx/view.h"
#include "graph/graph.h"

namespace winnow::onnx {

// The result of a node of the graph made so far, seen through a view.
struct Activation {
  NodeId node = 0;
  View view;
};

// Axes as a set of bits.
inline constexpr unsigned kOverChannels = 1;
inline constexpr unsigned kOverRows = 2;
inline constexpr unsigned kOverColumns = 4;
inline constexpr unsigned kOverPlane = kOverRows | kOverColumns;

// A step on the way to a mean, a standard deviation or a normalisation of x, which ONNX spells out
// in sums, squares and roots. Nothing is emitted until the meaning is known.
struct Statistic {
  enum Stage {
    kSum,        // factor * sum of x over `summed`
    kCentred,    // x - mean of x over `mean`
    kSquare,     // the square of that
    kSquareSum,  // factor * sum of that over `summed` + epsilon
    kRoot,       // its square root
    kInverse,    // 1 / root
  };
  Stage stage = kSum;
  Activation of;  // x
  View view;      // of this value
  unsigned mean = 0;
  unsigned summed = 0;
  double factor = 1;
  double epsilon = 0;
};

// factor * erf(scale * x) + shift, on the way to a Gelu.
struct ErrorFunction {
  Activation of;  // x
  double scale = 1;
  double factor = 1;
  double shift = 0;
};

using Value = std::variant<ConstantPtr, Activation, Statistic, ErrorFunction>;

}  // namespace winnow::onnx
