// Pooling and reductions.
#include <numeric>

#include "formats/onnx/broadcast.h"
#include "formats/onnx/ops.h"
#include "formats/onnx/statistics.h"

namespace winnow::onnx {
namespace {

std::vector<std::int64_t> Square(const OpCall& call, const std::string& name,
                                 std::int64_t otherwise) {
  const std::vector<std::int64_t> values = call.Ints(name, {otherwise, otherwise});
  if (values.size() != 2 || values[0] != values[1] || values[0] < 1 || values[0] > 1 << 16) {
    call.Unsupported("has " + name + " that are not two equal numbers",
                     "use square windows, and equal strides in both directions");
  }
  return values;
}

}  // namespace

Values LowerPool(OpCall& call) {
  if (call.output_count() > 1) {
    call.Unsupported("gives the places of its maxima, which are not imported",
                     "enlarge by Resize or ConvTranspose instead of unpooling");
  }
  if (call.Int("ceil_mode", 0) != 0) {
    call.Unsupported("rounds its result's extent up (ceil_mode), which is not imported",
                     "set ceil_mode=False; on extents that the stride divides it is the same");
  }
  if (call.Text("auto_pad", "NOTSET").starts_with("SAME")) {
    call.Unsupported("takes its padding from its input's size", "export it with explicit pads");
  }
  const std::vector<std::int64_t> pads = call.Ints("pads", {0, 0, 0, 0});
  if (pads.size() != 4) call.Corrupt("pads must be four numbers");
  const bool padded = pads != std::vector<std::int64_t>(4, 0);
  Pool pool;
  pool.kind = call.type() == "MaxPool" ? PoolKind::kMax : PoolKind::kAverage;
  if (pool.kind == PoolKind::kAverage && padded && call.Int("count_include_pad", 0) == 0) {
    call.Unsupported("averages without the padding; only count_include_pad=1 is imported",
                     "set count_include_pad=True, or pad by edge before and pool without padding");
  }
  if (Square(call, "dilations", 1)[0] != 1) {
    call.Unsupported("is dilated, which is not imported", "set dilation=1");
  }
  for (std::int64_t pad : pads) {
    if (pad < 0 || pad > 1 << 16) call.Corrupt("impossible pads");
  }
  pool.kernel = static_cast<int>(Square(call, "kernel_shape", 0)[0]);
  pool.stride = static_cast<int>(Square(call, "strides", 1)[0]);
  pool.pads = {static_cast<int>(pads[0]), static_cast<int>(pads[1]), static_cast<int>(pads[2]),
               static_cast<int>(pads[3])};
  return {call.emit.Whole(call.emit.Emit(pool, {call.PlainIn(0)}))};
}

Values LowerGlobalPool(OpCall& call) {
  return {call.emit.Whole(call.emit.Emit(GlobalPool{GlobalKind::kMean}, {call.PlainIn(0)}))};
}

Values LowerReduce(OpCall& call) {
  const std::size_t rank = call.ShapeOfIn(0).size();
  std::vector<std::int64_t> all(rank);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<std::int64_t> axes = call.IntsIn(1, "axes").value_or(all);
  return {Reduce(call, axes, call.Int("keepdims", 1) != 0, call.type() == "ReduceMean")};
}

Values LowerLayerNorm(OpCall& call) {
  if (call.output_count() > 1) {
    call.Unsupported("gives its means and deviations, which are not imported",
                     "export its first output alone");
  }
  Activation x = call.ActivationIn(0);
  const Dims dims = call.emit.dims(x.node);
  const std::size_t rank = x.view.dims.size();
  const bool last = call.Axis(call.Int("axis", -1), rank) + 1 == rank;
  if (!last || !IsWhole(x.view.dims.back(), Source::kChannel, dims.channels)) {
    call.Unsupported("normalises over other axes than the channels, which is not imported",
                     "normalise over the channels");
  }
  x = EmitLayerNorm(call, x, call.Float("epsilon", 1e-5f));
  std::vector<float> scale = ChannelValues(call, *call.ConstantIn(1), x);
  std::vector<float> shift(scale.size(), 0.0f);
  if (call.Has(2)) shift = ChannelValues(call, *call.ConstantIn(2), x);
  return {Activation{call.emit.Affine(x.node, std::move(scale), std::move(shift)), x.view}};
}

}  // namespace winnow::onnx
