#include "formats/onnx/picture.h"

namespace winnow::onnx {
namespace {

const std::vector<std::int64_t> kChannelsLast = {0, 2, 3, 1};

}  // namespace

Picture PictureOf(OpCall& call, const Activation& x) {
  const View plain = PlainView(call.emit.dims(x.node));
  if (x.view == Transposed(plain, kChannelsLast) && x.view != plain) return {x.node, true};
  return {call.emit.Plain(x), false};
}

Activation Seen(const OpCall& call, const Picture& picture) {
  Activation x = call.emit.Whole(picture.node);
  if (picture.channels_last) x.view = Transposed(x.view, kChannelsLast);
  return x;
}

Axis AxisOf(const OpCall& call, const Picture& picture, std::size_t axis) {
  if (axis == 0) {
    call.Unsupported("works along the batch, which is not imported",
                     "export with a batch of 1, and without joining or cutting along axis 0");
  }
  static constexpr Axis kFirst[] = {Axis::kChannel, Axis::kHeight, Axis::kWidth};
  static constexpr Axis kLast[] = {Axis::kHeight, Axis::kWidth, Axis::kChannel};
  return picture.channels_last ? kLast[axis - 1] : kFirst[axis - 1];
}

std::int64_t ExtentAlong(const Dims& dims, Axis axis) {
  if (axis == Axis::kChannel) return dims.channels;
  return axis == Axis::kHeight ? dims.height : dims.width;
}

NodeId PickChannels(OpCall& call, NodeId x, const std::vector<std::int64_t>& list) {
  const std::int64_t channels = call.emit.dims(x).channels;
  bool consecutive = true;
  for (std::size_t i = 1; i < list.size(); ++i) consecutive &= list[i] == list[i - 1] + 1;
  if (list.empty() || list.size() > 1 << 16) call.Corrupt("picks no channels, or too many");
  for (std::int64_t c : list) {
    if (c < 0 || c >= channels) call.Corrupt("picks a channel that is not there");
  }
  if (consecutive && static_cast<std::int64_t>(list.size()) == channels) return x;
  if (consecutive) {
    const int begin = static_cast<int>(list.front());
    return call.emit.Emit(SliceChannels{begin, begin + static_cast<int>(list.size())}, {x});
  }
  Tensor weight({static_cast<std::int64_t>(list.size()), channels, 1, 1});
  for (std::size_t i = 0; i < list.size(); ++i) {
    weight.data[static_cast<std::int64_t>(i) * channels + list[i]] = 1;
  }
  Conv2d conv;
  conv.weight = call.emit.AddParam("order", std::move(weight));
  return call.emit.Emit(conv, {x});
}

}  // namespace winnow::onnx
