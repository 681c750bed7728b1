// Activations whose axes are whole: [1, C, H, W], or [1, H, W, C] as in TensorFlow.
#pragma once

#include "formats/onnx/op_call.h"

namespace winnow::onnx {

struct Picture {
  NodeId node = 0;
  bool channels_last = false;
};

// Anything else is made [1, C, H, W]. Errors: kUnsupported.
Picture PictureOf(OpCall& call, const Activation& x);
// The same node seen in the same layout.
Activation Seen(const OpCall& call, const Picture& picture);
// Axis 0 to 3 of the ONNX tensor as an axis of the graph; an error for the batch.
Axis AxisOf(const OpCall& call, const Picture& picture, std::size_t axis);
std::int64_t ExtentAlong(const Dims& dims, Axis axis);

// The channels `list` of x, in that order.
NodeId PickChannels(OpCall& call, NodeId x, const std::vector<std::int64_t>& list);

}  // namespace winnow::onnx
