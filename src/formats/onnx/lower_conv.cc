// Convolutions and what amounts to one.
#include <algorithm>
#include <cmath>

#include "formats/onnx/broadcast.h"
#include "formats/onnx/ops.h"

namespace winnow::onnx {
namespace {

// The one value of a list for height and width.
int Equal(const OpCall& call, const std::string& name, std::int64_t otherwise) {
  const std::vector<std::int64_t> values = call.Ints(name, {otherwise, otherwise});
  if (values.size() != 2) {
    call.Unsupported("has " + name + " of " + std::to_string(values.size()) +
                         " axes; only operators on pictures, with two, are imported",
                     "export a network of 2D operators");
  }
  if (values[0] != values[1]) {
    call.Unsupported("has unequal " + name + ", " + std::to_string(values[0]) + " and " +
                         std::to_string(values[1]) + "; only equal ones are imported",
                     "change the network to equal ones in both directions");
  }
  if (values[0] < 1 || values[0] > 1 << 16) call.Corrupt("impossible " + name);
  return static_cast<int>(values[0]);
}

ConstantPtr WeightOf(OpCall& call) {
  const ConstantPtr weight = call.ConstantIn(1);
  if (weight->shape.size() != 4) {
    call.Unsupported("has a weight of shape " + winnow::ToString(weight->shape) +
                         "; only convolutions of pictures are imported",
                     "export a network of 2D convolutions");
  }
  return weight;
}

template <typename Conv>
void SetParams(OpCall& call, const ConstantPtr& weight, std::int64_t out_channels, Conv& conv) {
  conv.weight = call.emit.AddParam(call.input_name(1), weight, weight->shape);
  if (call.Has(2)) {
    conv.bias = call.emit.AddParam(call.input_name(2), call.ConstantIn(2), {out_channels});
  }
  conv.stride = Equal(call, "strides", 1);
  conv.dilation = Equal(call, "dilations", 1);
  const std::int64_t groups = call.Int("group", 1);
  if (groups < 1 || groups > 1 << 16) call.Corrupt("impossible group");
  conv.groups = static_cast<int>(groups);
}

Pads PadsOf(const OpCall& call) {
  const std::vector<std::int64_t> pads = call.Ints("pads", {0, 0, 0, 0});
  if (pads.size() != 4) call.Corrupt("pads must be four numbers");
  for (std::int64_t pad : pads) {
    if (pad < 0 || pad > 1 << 16) {
      call.Unsupported(
          "has the padding " + std::to_string(pad) + "; only paddings of 0 and more are imported",
          "export without the crop (Winnow pads and crops by itself)");
    }
  }
  return {static_cast<int>(pads[0]), static_cast<int>(pads[1]), static_cast<int>(pads[2]),
          static_cast<int>(pads[3])};
}

bool Automatic(const OpCall& call) {
  const std::string mode = call.Text("auto_pad", "NOTSET");
  return mode == "SAME_UPPER" || mode == "SAME_LOWER";
}

// Padding by which the result of an input of `extent` has extent / stride pixels.
std::pair<int, int> SamePads(const OpCall& call, std::int64_t extent, std::int64_t reach,
                             std::int64_t stride) {
  const std::int64_t steps = (extent + stride - 1) / stride;
  const auto total =
      static_cast<int>(std::max<std::int64_t>((steps - 1) * stride + reach - extent, 0));
  const int less = total / 2;
  return call.Text("auto_pad", "") == "SAME_UPPER" ? std::pair(less, total - less)
                                                   : std::pair(total - less, less);
}

// A weight [out, in] as a 1x1 convolution of `x`.
NodeId Pointwise(OpCall& call, NodeId x, Tensor weight) {
  Conv2d conv;
  conv.weight = call.emit.AddParam("weight", std::move(weight));
  return call.emit.Emit(conv, {x});
}

// constant [rows, columns] times `scale`, transposed where asked for, as [out, in, 1, 1].
Tensor MatrixAsWeight(const OpCall& call, const Constant& matrix, bool transposed, float scale) {
  if (matrix.shape.size() != 2) {
    call.Unsupported("multiplies by a constant of shape " + winnow::ToString(matrix.shape) +
                         "; only matrices are imported",
                     "replace it by a 1x1 convolution");
  }
  const std::int64_t in = matrix.shape[transposed ? 1 : 0];
  const std::int64_t out = matrix.shape[transposed ? 0 : 1];
  Tensor weight({out, in, 1, 1});
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t i = 0; i < in; ++i) {
      const std::int64_t at = transposed ? o * in + i : i * out + o;
      weight.data[o * in + i] = scale * matrix.FloatAt(at);
    }
  }
  return weight;
}

// Input 0 times a matrix along its last axis, which must be the channels.
Activation TimesMatrix(OpCall& call, Tensor weight) {
  Activation x = call.ActivationIn(0);
  const Dims dims = call.emit.dims(x.node);
  if (x.view.dims.empty() || !IsWhole(x.view.dims.back(), Source::kChannel, dims.channels)) {
    call.Unsupported("multiplies by a matrix along an axis that is not the channels",
                     "such a network is tied to one size of picture: replace it by a convolution");
  }
  if (weight.dim(1) != dims.channels) call.Corrupt("the matrix does not fit the channels");
  const std::int64_t out = weight.dim(0);
  x.node = Pointwise(call, x.node, std::move(weight));
  x.view.dims.back().clear();
  if (out > 1) x.view.dims.back().push_back({Source::kChannel, out, 1});
  return x;
}

}  // namespace

Values LowerConv(OpCall& call) {
  const ConstantPtr weight = WeightOf(call);
  const NodeId x = call.PlainIn(0);
  Conv2d conv;
  SetParams(call, weight, weight->shape[0], conv);
  conv.pads = PadsOf(call);
  if (Automatic(call)) {
    const Dims& dims = call.emit.dims(x);
    const auto reach = [&](int axis) { return (weight->shape[axis] - 1) * conv.dilation + 1; };
    std::tie(conv.pads.top, conv.pads.bottom) = SamePads(call, dims.height, reach(2), conv.stride);
    std::tie(conv.pads.left, conv.pads.right) = SamePads(call, dims.width, reach(3), conv.stride);
  }
  return {call.emit.Whole(call.emit.Emit(conv, {x}))};
}

Values LowerConvTranspose(OpCall& call) {
  const ConstantPtr weight = WeightOf(call);
  const NodeId x = call.PlainIn(0);
  if (Automatic(call) || call.HasAttribute("output_shape")) {
    call.Unsupported("takes its padding from the output's size", "export it with explicit pads");
  }
  ConvTranspose2d conv;
  SetParams(call, weight, weight->shape[1] * call.Int("group", 1), conv);
  conv.pads = PadsOf(call);
  const std::vector<std::int64_t> extra = call.Ints("output_padding", {0, 0});
  if (extra.size() != 2 || extra[0] != extra[1] || extra[0] < 0 || extra[0] > 1 << 16) {
    call.Unsupported("has unequal output_padding; only equal ones are imported",
                     "change the network to equal ones in both directions");
  }
  conv.output_padding = static_cast<int>(extra[0]);
  return {call.emit.Whole(call.emit.Emit(conv, {x}))};
}

Values LowerBatchNorm(OpCall& call) {
  if (call.Int("training_mode", 0) != 0) {
    call.Unsupported("is in training mode", "export the network in evaluation mode (model.eval())");
  }
  const NodeId x = call.PlainIn(0);
  const auto channels = static_cast<std::size_t>(call.emit.dims(x).channels);
  const ConstantPtr values[4] = {call.ConstantIn(1), call.ConstantIn(2), call.ConstantIn(3),
                                 call.ConstantIn(4)};
  std::vector<float> scale(channels);
  std::vector<float> shift(channels);
  for (const ConstantPtr& constant : values) {
    if (constant->size() != static_cast<std::int64_t>(channels)) {
      call.Corrupt("needs one number a channel, " + std::to_string(channels) + ", not " +
                   std::to_string(constant->size()));
    }
  }
  const double epsilon = call.Float("epsilon", 1e-5f);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto i = static_cast<std::int64_t>(c);
    const double factor = values[0]->At(i) / std::sqrt(values[3]->At(i) + epsilon);
    scale[c] = static_cast<float>(factor);
    shift[c] = static_cast<float>(values[1]->At(i) - values[2]->At(i) * factor);
  }
  return {call.emit.Whole(call.emit.Affine(x, std::move(scale), std::move(shift)))};
}

Values LowerGemm(OpCall& call) {
  if (call.Int("transA", 0) != 0) {
    call.Unsupported("has transA, which is not imported", "replace it by a 1x1 convolution");
  }
  Activation x =
      TimesMatrix(call, MatrixAsWeight(call, *call.ConstantIn(1), call.Int("transB", 0) != 0,
                                       call.Float("alpha", 1)));
  if (!call.Has(2)) return {x};
  std::vector<float> shift = ChannelValues(call, *call.ConstantIn(2), x);
  for (float& v : shift) v *= call.Float("beta", 1);
  const std::size_t channels = shift.size();
  x.node = call.emit.Affine(x.node, std::vector<float>(channels, 1), std::move(shift));
  return {x};
}

Values LowerMatMul(OpCall& call) {
  return {TimesMatrix(call, MatrixAsWeight(call, *call.ConstantIn(1), false, 1))};
}

}  // namespace winnow::onnx
