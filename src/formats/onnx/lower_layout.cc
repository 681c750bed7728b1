// Operators that change how an activation is seen, and nothing else.
#include "formats/onnx/ops.h"

namespace winnow::onnx {
namespace {

Values Reshaped(OpCall& call, const Shape& shape) {
  Activation x = call.ActivationIn(0);
  std::optional<View> view = Reshaped(x.view, shape);
  if (!view) {
    call.Unsupported("reshapes " + winnow::ToString(ShapeOf(x.view)) + " to " +
                         winnow::ToString(shape) +
                         ", which cuts through rows or channels at places that do not divide them",
                     "export without it; windows of fixed extent tie a network to one size");
  }
  x.view = std::move(*view);
  return {x};
}

std::int64_t BlockSize(const OpCall& call) {
  const std::int64_t block = call.Int("blocksize", 0);
  if (block < 1 || block > 64) call.Corrupt("impossible blocksize");
  return block;
}

// `x` cut into `cut`, reordered and put together as `joined`.
Values Regrouped(OpCall& call, NodeId x, const Shape& cut, const std::vector<std::int64_t>& order,
                 const Shape& joined) {
  const auto pieces = Reshaped(PlainView(call.emit.dims(x)), cut);
  if (!pieces) call.Corrupt("the blocksize does not divide its input");
  return {Activation{x, *Reshaped(Transposed(*pieces, order), joined)}};
}

}  // namespace

Values LowerReshape(OpCall& call) {
  const auto target = call.IntsIn(1, "shape");
  if (!target) call.Corrupt("has no shape");
  return Reshaped(call, TargetOfReshape(call, call.ShapeOfIn(0), *target));
}

Values LowerFlatten(OpCall& call) { return Reshaped(call, Flattened(call, call.ShapeOfIn(0))); }

Values LowerSqueeze(OpCall& call) { return Reshaped(call, Squeezed(call, call.ShapeOfIn(0))); }

Values LowerUnsqueeze(OpCall& call) { return Reshaped(call, Unsqueezed(call, call.ShapeOfIn(0))); }

Values LowerTranspose(OpCall& call) {
  Activation x = call.ActivationIn(0);
  x.view = Transposed(x.view, OrderOfTranspose(call, x.view.dims.size()));
  return {x};
}

Values LowerDepthToSpace(OpCall& call) {
  const std::int64_t block = BlockSize(call);
  const NodeId x = call.PlainIn(0);
  if (call.emit.dims(x).channels % (block * block) != 0) {
    call.Corrupt("the blocksize does not divide its input's channels");
  }
  const std::string mode = call.Text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") call.Corrupt("has an unknown mode");
  const ShuffleOrder order = mode == "CRD" ? ShuffleOrder::kCrd : ShuffleOrder::kDcr;
  return {call.emit.Whole(call.emit.Emit(PixelShuffle{static_cast<int>(block), order}, {x}))};
}

Values LowerSpaceToDepth(OpCall& call) {
  const std::int64_t block = BlockSize(call);
  const NodeId x = call.PlainIn(0);
  const Dims dims = call.emit.dims(x);
  const std::int64_t height = dims.height / block;
  const std::int64_t width = dims.width / block;
  return Regrouped(call, x, {1, dims.channels, height, block, width, block}, {0, 3, 5, 1, 2, 4},
                   {1, block * block * dims.channels, height, width});
}

}  // namespace winnow::onnx
