#include "training/graph_forward.h"

#include <c10/core/impl/LocalDispatchKeySet.h>

#include <bit>
#include <limits>
#include <numeric>

#include "training/quick_gradients.h"

namespace winnow {
namespace {

constexpr int kHeightDim = 2;
constexpr int kWidthDim = 3;

int DimOf(Axis axis) { return 1 + static_cast<int>(axis); }

bool IsSymmetric(const Pads& pads) { return pads.top == pads.bottom && pads.left == pads.right; }

at::Tensor PadWith(const at::Tensor& x, const Pads& pads, double value) {
  if (pads == Pads{}) return x;
  return at::constant_pad_nd(x, {pads.left, pads.right, pads.top, pads.bottom}, value);
}

// Torch's own nearest neighbour multiplies by a rounded ratio, which can land one pixel off.
at::Tensor SelectNearest(const at::Tensor& x, int dim, std::int64_t extent) {
  const std::int64_t in = x.size(dim);
  if (in == extent) return x;
  std::vector<std::int64_t> index(extent);
  for (std::int64_t i = 0; i < extent; ++i) index[i] = i * in / extent;
  const at::Tensor on_host = at::from_blob(index.data(), {extent}, at::kLong);
  return x.index_select(dim,
                        on_host.to(x.device(), at::kLong, /*non_blocking=*/false, /*copy=*/true));
}

bool IsPowerOfTwoMultiple(std::int64_t out, std::int64_t in) {
  return out % in == 0 && std::has_single_bit(static_cast<std::uint64_t>(out / in));
}

at::Tensor ResizeNearest(const at::Tensor& x, std::int64_t height, std::int64_t width) {
  if (IsPowerOfTwoMultiple(height, x.size(2)) && IsPowerOfTwoMultiple(width, x.size(3))) {
    return at::upsample_nearest2d(x, {height, width});  // the ratio is exact, and this is faster
  }
  return SelectNearest(SelectNearest(x, kHeightDim, height), kWidthDim, width);
}

// [n, r*r*c, h, w] in (i, j, c) order to [n, c, h*r, w*r].
at::Tensor ShuffleDcr(const at::Tensor& x, std::int64_t r) {
  const std::int64_t n = x.size(0), c = x.size(1) / (r * r), h = x.size(2), w = x.size(3);
  return x.reshape({n, r, r, c, h, w}).permute({0, 3, 4, 1, 5, 2}).reshape({n, c, h * r, w * r});
}

// torch normalises over the last dimension, where a channels-last tensor has its channels. It
// counts in float32 on a GPU whatever the type, as deviations from the mean are what bfloat16
// loses; autocast would copy the plane there and back. On a processor bfloat16 is the slower one.
at::Tensor LayerNormForward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            double epsilon) {
  const auto type = x.is_cuda() ? x.scalar_type() : at::kFloat;
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  return at::layer_norm(x.to(type).permute({0, 2, 3, 1}), weight.sizes(), weight.to(type),
                        bias.to(type), epsilon)
      .permute({0, 3, 1, 2});
}

// One operator applied to the values computed so far.
class Applier {
 public:
  Applier(const std::vector<NodeId>& inputs, const std::vector<at::Tensor>& values,
          const std::vector<at::Tensor>& weights)
      : inputs_(inputs), values_(values), weights_(weights) {}

  at::Tensor operator()(const Input&) const { return values_[0]; }

  at::Tensor operator()(const Conv2d& op) const {
    if (!IsSymmetric(op.pads)) {
      return ConvolvePadded(PadWith(x(), op.pads, 0), op, 0, 0);
    }
    return ConvolvePadded(x(), op, op.pads.top, op.pads.left);
  }

  at::Tensor operator()(const ConvTranspose2d& op) const {
    if (IsSymmetric(op.pads)) {
      return at::conv_transpose2d(x(), Weight(op.weight), Bias(op.bias), op.stride,
                                  {op.pads.top, op.pads.left}, op.output_padding, op.groups,
                                  op.dilation);
    }
    const at::Tensor full = at::conv_transpose2d(x(), Weight(op.weight), Bias(op.bias), op.stride,
                                                 0, op.output_padding, op.groups, op.dilation);
    const std::int64_t height = full.size(2) - op.pads.top - op.pads.bottom;
    const std::int64_t width = full.size(3) - op.pads.left - op.pads.right;
    return full.narrow(kHeightDim, op.pads.top, height).narrow(kWidthDim, op.pads.left, width);
  }

  at::Tensor operator()(const Add&) const { return x(0) + x(1); }
  at::Tensor operator()(const Multiply&) const { return x(0) * x(1); }

  at::Tensor operator()(const Concat& op) const {
    std::vector<at::Tensor> parts;
    for (NodeId id : inputs_) parts.push_back(values_[id]);
    return at::cat(parts, DimOf(op.axis));
  }
  at::Tensor operator()(const SliceChannels& op) const {
    return NarrowForward(x(), 1, op.begin, op.end - op.begin);
  }
  at::Tensor operator()(const SplitSpatial& op) const {
    const int dim = DimOf(op.axis);
    const std::int64_t extent = x().size(dim) / op.count;
    return NarrowForward(x(), dim, op.index * extent, extent);
  }

  at::Tensor operator()(const Relu&) const { return at::relu(x()); }
  at::Tensor operator()(const LeakyRelu& op) const { return at::leaky_relu(x(), op.slope); }
  at::Tensor operator()(const PRelu& op) const { return PReluForward(x(), Weight(op.weight)); }
  at::Tensor operator()(const Sigmoid&) const { return at::sigmoid(x()); }
  at::Tensor operator()(const Tanh&) const { return at::tanh(x()); }

  at::Tensor operator()(const Gelu& op) const {
    return at::gelu(x(), op.form == GeluForm::kErf ? "none" : "tanh");
  }
  at::Tensor operator()(const ChannelScale& op) const { return x() * Weight(op.weight); }
  at::Tensor operator()(const LayerNorm& op) const {
    return LayerNormForward(x(), Weight(op.weight), Weight(op.bias), op.epsilon);
  }

  at::Tensor operator()(const PixelUnshuffle& op) const {
    return at::pixel_unshuffle(x(), op.factor);
  }
  at::Tensor operator()(const PixelShuffle& op) const {
    return op.order == ShuffleOrder::kCrd ? at::pixel_shuffle(x(), op.factor)
                                          : ShuffleDcr(x(), op.factor);
  }

  at::Tensor operator()(const Resize& op) const {
    const bool like_other = inputs_.size() == 2;
    const auto extent = [&](int dim) {
      return like_other ? x(1).size(dim) : x().size(dim) * op.numerator / op.denominator;
    };
    const std::int64_t height = extent(kHeightDim), width = extent(kWidthDim);
    if (op.mode == ResizeMode::kNearest) return ResizeNearest(x(), height, width);
    return at::upsample_bilinear2d(x(), {height, width}, /*align_corners=*/false);
  }

  // Padding apart from pooling: torch limits its own to half a window, the same on both sides.
  at::Tensor operator()(const Pool& op) const {
    if (op.kind == PoolKind::kMax) {
      const double never = -std::numeric_limits<double>::infinity();
      return at::max_pool2d(PadWith(x(), op.pads, never), op.kernel, op.stride);
    }
    return at::avg_pool2d(PadWith(x(), op.pads, 0), op.kernel, op.stride);
  }

  at::Tensor operator()(const GlobalPool& op) const {
    if (op.kind == GlobalKind::kStd) return PlaneDeviation(x());
    return x().mean(at::IntArrayRef{kHeightDim, kWidthDim}, /*keepdim=*/true);
  }

  at::Tensor operator()(const Pad& op) const {
    const std::vector<std::int64_t> pads = {op.pads.left, op.pads.right, op.pads.top,
                                            op.pads.bottom};
    switch (op.mode) {
      case PadMode::kReflect:
        return at::reflection_pad2d(x(), pads);
      case PadMode::kReplicate:
        return at::replication_pad2d(x(), pads);
      case PadMode::kZero:
        break;
    }
    return PadWith(x(), op.pads, 0);
  }

  at::Tensor operator()(const Clamp& op) const { return at::clamp(x(), op.low, op.high); }
  at::Tensor operator()(const ScaleShift& op) const {
    return x() * PerChannel(op.scale) + PerChannel(op.shift);
  }
  at::Tensor operator()(const StopGradient&) const { return x().detach(); }

 private:
  at::Tensor ConvolvePadded(const at::Tensor& x, const Conv2d& op, std::int64_t pad_height,
                            std::int64_t pad_width) const {
    const std::vector<std::int64_t> pads = {pad_height, pad_width};
    return at::conv2d(x, Weight(op.weight), Bias(op.bias), op.stride, at::IntArrayRef(pads),
                      op.dilation, op.groups);
  }

  const at::Tensor& x(int i = 0) const { return values_[inputs_[i]]; }
  const at::Tensor& Weight(ParamId id) const { return weights_[id]; }
  // An undefined tensor where there is none.
  at::Tensor Bias(ParamId id) const { return id == kNoParam ? at::Tensor() : weights_[id]; }
  static at::Tensor PerChannel(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }
  at::Tensor PerChannel(const std::vector<float>& values) const {
    return PerChannel(at::tensor(values, at::kFloat).to(x().device()));
  }

  const std::vector<NodeId>& inputs_;
  const std::vector<at::Tensor>& values_;
  const std::vector<at::Tensor>& weights_;
};

// By NodeId: the last node that reads it; outputs are read by the caller, after all nodes.
std::vector<NodeId> LastReaders(const Graph& graph) {
  const NodeId count = static_cast<NodeId>(graph.nodes().size());
  std::vector<NodeId> last(count);
  std::iota(last.begin(), last.end(), 0);
  for (NodeId id = 0; id < count; ++id) {
    for (NodeId input : graph.node(id).inputs) last[input] = id;
  }
  for (NodeId output : graph.outputs()) last[output] = count;
  return last;
}

}  // namespace

std::vector<at::Tensor> GraphForward(const Graph& graph, const at::Tensor& input,
                                     const std::vector<at::Tensor>& weights) {
  const std::vector<NodeId> last_reader = LastReaders(graph);
  std::vector<at::Tensor> values(graph.nodes().size());
  values[0] = input;
  for (NodeId id = 1; id < static_cast<NodeId>(values.size()); ++id) {
    const Node& node = graph.node(id);
    values[id] = std::visit(Applier(node.inputs, values, weights), node.op);
    for (NodeId read : node.inputs) {
      if (last_reader[read] == id) values[read].reset();
    }
  }
  std::vector<at::Tensor> outputs;
  for (NodeId id : graph.outputs()) outputs.push_back(values[id]);
  return outputs;
}

}  // namespace winnow
