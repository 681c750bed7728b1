// Joining, cutting, padding and repeating.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "formats/onnx/ops.h"
#include "formats/onnx/picture.h"
#include "formats/onnx/statistics.h"

namespace winnow::onnx {
namespace {

[[noreturn]] void RefuseCrop(const OpCall& call) {
  call.Unsupported(
      "cuts a part out of the picture that is no equal share of it, which is not imported",
      "export without the crop (Winnow pads and crops by itself)");
}

// `count` of `extent` rows or columns from `begin` on.
NodeId SpatialPart(OpCall& call, NodeId x, Axis axis, std::int64_t begin, std::int64_t count,
                   std::int64_t extent) {
  if (count == extent) return x;
  if (count < 1 || extent % count != 0 || begin % count != 0) RefuseCrop(call);
  return call.emit.Emit(
      SplitSpatial{axis, static_cast<int>(extent / count), static_cast<int>(begin / count)}, {x});
}

NodeId Part(OpCall& call, NodeId x, Axis axis, std::int64_t begin, std::int64_t count) {
  const std::int64_t extent = ExtentAlong(call.emit.dims(x), axis);
  if (axis != Axis::kChannel) return SpatialPart(call, x, axis, begin, count, extent);
  std::vector<std::int64_t> list(static_cast<std::size_t>(count));
  std::iota(list.begin(), list.end(), begin);
  return PickChannels(call, x, list);
}

ConstantPtr PadsOf(const OpCall& call, std::size_t rank, std::vector<std::int64_t>& axes) {
  axes.resize(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (call.Has(3)) axes = *call.IntsIn(3, "");
  const auto pads = call.IntsIn(1, "pads");
  if (!pads || pads->size() != 2 * axes.size()) call.Corrupt("has no pads that fit its input");
  return MakeIntegers({static_cast<std::int64_t>(pads->size())}, *pads);
}

PadMode ModeOf(const OpCall& call) {
  const std::string mode = call.Text("mode", "constant");
  if (mode == "reflect") return PadMode::kReflect;
  if (mode == "edge") return PadMode::kReplicate;
  if (mode != "constant") {
    call.Unsupported("pads by " + mode + ", which is not imported",
                     "pad by zeros, reflect or edge (replicate)");
  }
  double value = call.Float("value", 0);
  if (call.Has(2)) value = UniformValue(*call.ConstantIn(2)).value_or(0);
  if (value != 0) {
    call.Unsupported("pads with " + ShortText(value) + "; only 0 is imported",
                     "pad by zeros, reflect or edge (replicate)");
  }
  return PadMode::kZero;
}

}  // namespace

Values LowerConcat(OpCall& call) {
  std::vector<Picture> parts;
  for (std::size_t i = 0; i < call.input_count(); ++i) {
    if (call.IsConstant(i) && call.ConstantIn(i)->size() == 0) continue;
    parts.push_back(PictureOf(call, call.ActivationIn(i)));
  }
  if (parts.empty()) call.Corrupt("has no inputs");
  const bool last = parts[0].channels_last;
  if (std::ranges::any_of(parts, [&](const Picture& p) { return p.channels_last != last; })) {
    call.Unsupported("joins tensors with channels first and with channels last",
                     "export with one order of axes throughout");
  }
  const std::size_t at = call.Axis(call.Int("axis", 1), 4);
  if (parts.size() == 1) return {Seen(call, parts[0])};
  const Axis axis = AxisOf(call, parts[0], at);
  std::vector<NodeId> nodes;
  for (const Picture& part : parts) nodes.push_back(part.node);
  return {Seen(call, {call.emit.Emit(Concat{axis}, nodes), last})};
}

Values LowerSplit(OpCall& call) {
  const Picture x = PictureOf(call, call.ActivationIn(0));
  const Axis axis = AxisOf(call, x, call.Axis(call.Int("axis", 0), 4));
  Values outputs;
  std::int64_t begin = 0;
  for (std::int64_t size : PartsOfSplit(call, ExtentAlong(call.emit.dims(x.node), axis))) {
    outputs.push_back(Seen(call, {Part(call, x.node, axis, begin, size), x.channels_last}));
    begin += size;
  }
  return outputs;
}

Values LowerSlice(OpCall& call) {
  const Activation whole = call.ActivationIn(0);
  const Shape shape = ShapeOf(whole.view);
  std::vector<SlicedAxis> cuts = SlicedAxes(call, shape);
  std::erase_if(cuts, [&](const SlicedAxis& cut) { return cut.count == shape[cut.axis]; });
  if (cuts.empty()) return {whole};
  Picture x = PictureOf(call, whole);
  for (const SlicedAxis& cut : cuts) {
    const Axis axis = AxisOf(call, x, cut.axis);
    if (cut.step == 1) {
      x.node = Part(call, x.node, axis, cut.begin, cut.count);
      continue;
    }
    if (axis != Axis::kChannel) {
      call.Unsupported("takes every so many pixels, which is not imported",
                       "use pixel unshuffle (SpaceToDepth) or a strided convolution");
    }
    std::vector<std::int64_t> list;
    for (std::int64_t i = 0; i < cut.count; ++i) list.push_back(cut.begin + i * cut.step);
    x.node = PickChannels(call, x.node, list);
  }
  return {Seen(call, x)};
}

Values LowerGather(OpCall& call) {
  const ConstantPtr indices = call.ConstantIn(1);
  if (!indices->integer || indices->shape.size() > 1) {
    call.Unsupported("has indices " + winnow::ToString(indices->shape) +
                         "; only one number or a list is imported",
                     "pick channels by a list, or by Slice and Split");
  }
  Activation x = call.ActivationIn(0);
  const std::size_t at = call.Axis(call.Int("axis", 0), x.view.dims.size());
  const std::int64_t extent = Extent(x.view.dims[at]);
  std::vector<std::int64_t> list = indices->integers;
  for (std::int64_t& i : list) i += i < 0 ? extent : 0;
  if (extent != 1) {
    const Picture picture = PictureOf(call, x);
    if (AxisOf(call, picture, at) != Axis::kChannel) RefuseCrop(call);
    x = Seen(call, {PickChannels(call, picture.node, list), picture.channels_last});
  } else if (list != std::vector<std::int64_t>{0}) {
    call.Corrupt("picks what is not there");
  }
  if (indices->shape.empty())
    x.view.dims.erase(x.view.dims.begin() + static_cast<std::ptrdiff_t>(at));
  return {x};
}

Values LowerPad(OpCall& call) {
  const Activation whole = call.ActivationIn(0);
  const std::size_t rank = whole.view.dims.size();
  std::vector<std::int64_t> axes;
  const ConstantPtr pads = PadsOf(call, rank, axes);
  if (UniformValue(*pads) == 0.0) return {whole};
  const Picture x = PictureOf(call, whole);
  Pad pad;
  pad.mode = ModeOf(call);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t before = pads->integers[i];
    const std::int64_t behind = pads->integers[i + axes.size()];
    if (before == 0 && behind == 0) continue;
    const Axis axis = AxisOf(call, x, call.Axis(axes[i], 4));
    if (axis == Axis::kChannel) {
      call.Unsupported("pads channels, which is not imported", "use a 1x1 convolution instead");
    }
    if (before < 0 || behind < 0 || before > 1 << 16 || behind > 1 << 16) {
      RefuseCrop(call);
    }
    (axis == Axis::kHeight ? pad.pads.top : pad.pads.left) = static_cast<int>(before);
    (axis == Axis::kHeight ? pad.pads.bottom : pad.pads.right) = static_cast<int>(behind);
  }
  return {Seen(call, {call.emit.Emit(pad, {x.node}), x.channels_last})};
}

Values LowerTile(OpCall& call) {
  const Activation whole = call.ActivationIn(0);
  const ConstantPtr repeats = call.ConstantIn(1);
  if (!repeats->integer || repeats->integers.size() != whole.view.dims.size()) {
    call.Corrupt("needs one number of repeats an axis");
  }
  Picture x = PictureOf(call, whole);
  for (std::size_t i = 0; i < repeats->integers.size(); ++i) {
    const std::int64_t times = repeats->integers[i];
    if (times == 1) continue;
    const Axis axis = AxisOf(call, x, i);
    if (times < 1 || times > 256) {
      call.Unsupported("repeats " + std::to_string(times) + " times; 1 to 256 are imported",
                       "use Resize, mode nearest, along height and width");
    }
    x.node =
        call.emit.Emit(Concat{axis}, std::vector<NodeId>(static_cast<std::size_t>(times), x.node));
  }
  return {Seen(call, x)};
}

}  // namespace winnow::onnx
