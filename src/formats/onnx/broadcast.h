// ONNX's broadcasting, between activations and with constants.
#pragma once

#include <optional>
#include <vector>

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

// A constant as one value a channel of `x`. `x` gets further axes in front where the constant has
// more; a network of one channel that meets a constant of several is repeated. Errors: kUnsupported
// where the constant differs from pixel to pixel.
std::vector<float> ChannelValues(OpCall& call, const Constant& constant, Activation& x);

// Two results made to fit one operator of the graph, whose result has this view.
struct Pair {
  NodeId a;
  NodeId b;
  View view;
};
// Errors: kUnsupported.
Pair Align(OpCall& call, Activation a, Activation b);

}  // namespace winnow::onnx
