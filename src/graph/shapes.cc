#include "graph/shapes.h"

#include <algorithm>
#include <string>

#include "base/checked.h"
#include "base/error.h"

namespace winnow {
namespace {

[[noreturn]] void Fail(const Node& node, const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument,
              "node '" + node.name + "' (" + std::string(OpName(node.op)) + "): " + message);
}

void RequireChannels(const Node& node, std::int64_t wanted, std::int64_t got) {
  if (wanted != got) {
    Fail(node,
         "expects " + std::to_string(wanted) + " channels, its input has " + std::to_string(got));
  }
}

// Width first, as users write sizes.
std::string ExtentString(const Dims& dims) {
  return std::to_string(dims.width) + "x" + std::to_string(dims.height);
}

void RequireNotEmpty(const Node& node, const Dims& dims) {
  if (dims.height < 1 || dims.width < 1) {
    Fail(node, "the result would be empty (" + ExtentString(dims) + ")");
  }
}

// Height and width of one operator's result; channels are found separately.
struct Extents {
  const Graph& graph;
  const Node& node;
  const std::vector<Dims>& in;

  Dims operator()(const Input&) const { return {}; }

  Dims operator()(const Conv2d& op) const {
    const Shape& weight = graph.param(op.weight).shape;
    return Windows(op.dilation * (weight[2] - 1) + 1, op.dilation * (weight[3] - 1) + 1, op.stride,
                   op.pads);
  }

  Dims operator()(const ConvTranspose2d& op) const {
    const Shape& weight = graph.param(op.weight).shape;
    const auto extent = [&](std::int64_t size, std::int64_t kernel, int pads) {
      return CheckedMul<std::int64_t>(size - 1, op.stride, node.name) - pads +
             op.dilation * (kernel - 1) + op.output_padding + 1;
    };
    return {0, extent(in[0].height, weight[2], op.pads.top + op.pads.bottom),
            extent(in[0].width, weight[3], op.pads.left + op.pads.right)};
  }

  Dims operator()(const Add&) const { return Broadcast(); }
  Dims operator()(const Multiply&) const { return Broadcast(); }

  Dims operator()(const Concat& op) const {
    Dims out = in[0];
    for (std::size_t i = 1; i < in.size(); ++i) {
      if ((op.axis != Axis::kHeight && in[i].height != out.height) ||
          (op.axis != Axis::kWidth && in[i].width != out.width)) {
        Fail(node, "cannot join " + ExtentString(out) + " and " + ExtentString(in[i]));
      }
      if (op.axis == Axis::kHeight) out.height = CheckedAdd(out.height, in[i].height, node.name);
      if (op.axis == Axis::kWidth) out.width = CheckedAdd(out.width, in[i].width, node.name);
    }
    return out;
  }

  Dims operator()(const SplitSpatial& op) const {
    Dims out = in[0];
    std::int64_t& extent = op.axis == Axis::kHeight ? out.height : out.width;
    if (extent % op.count != 0) {
      Fail(node, "cannot split " + ExtentString(in[0]) + " into " + std::to_string(op.count) +
                     " equal parts");
    }
    extent /= op.count;
    return out;
  }

  Dims operator()(const PixelShuffle& op) const {
    return {0, CheckedMul<std::int64_t>(in[0].height, op.factor, node.name),
            CheckedMul<std::int64_t>(in[0].width, op.factor, node.name)};
  }

  Dims operator()(const PixelUnshuffle& op) const {
    if (in[0].height % op.factor != 0 || in[0].width % op.factor != 0) {
      Fail(node,
           "extent " + ExtentString(in[0]) + " is not a multiple of " + std::to_string(op.factor));
    }
    return {0, in[0].height / op.factor, in[0].width / op.factor};
  }

  Dims operator()(const Resize& op) const {
    if (in.size() == 2) return in[1];
    return {0, CheckedMul<std::int64_t>(in[0].height, op.numerator, node.name) / op.denominator,
            CheckedMul<std::int64_t>(in[0].width, op.numerator, node.name) / op.denominator};
  }

  Dims operator()(const Pool& op) const {
    return Windows(op.kernel, op.kernel, op.stride, op.pads);
  }

  Dims operator()(const GlobalPool&) const { return {0, 1, 1}; }

  Dims operator()(const Pad& op) const {
    if (op.mode == PadMode::kReflect && (std::max(op.pads.top, op.pads.bottom) >= in[0].height ||
                                         std::max(op.pads.left, op.pads.right) >= in[0].width)) {
      Fail(node, "reflecting needs padding smaller than the input " + ExtentString(in[0]));
    }
    return Padded(op.pads);
  }

  template <typename Same>
  Dims operator()(const Same&) const {
    return in[0];
  }

 private:
  Dims Padded(const Pads& pads) const {
    return {0, CheckedAdd<std::int64_t>(in[0].height, pads.top + pads.bottom, node.name),
            CheckedAdd<std::int64_t>(in[0].width, pads.left + pads.right, node.name)};
  }

  Dims Windows(std::int64_t high, std::int64_t wide, int stride, const Pads& pads) const {
    const Dims padded = Padded(pads);
    if (high > padded.height || wide > padded.width) {
      Fail(node, "a window of " + ExtentString({0, high, wide}) +
                     " does not fit the padded input " + ExtentString(padded));
    }
    return {0, (padded.height - high) / stride + 1, (padded.width - wide) / stride + 1};
  }

  Dims Broadcast() const {
    const auto single = [](const Dims& d) { return d.height == 1 && d.width == 1; };
    if (single(in[0])) return in[1];
    if (!single(in[1]) && (in[0].height != in[1].height || in[0].width != in[1].width)) {
      Fail(node, "extents " + ExtentString(in[0]) + " and " + ExtentString(in[1]) + " disagree");
    }
    return in[0];
  }
};

// Channels of one operator's result.
struct Channels {
  const Graph& graph;
  const Node& node;
  const std::vector<std::int64_t>& in;

  std::int64_t operator()(const Input& op) const { return op.channels; }

  std::int64_t operator()(const Conv2d& op) const {
    const Shape& weight = graph.param(op.weight).shape;
    RequireChannels(node, weight[1] * op.groups, in[0]);
    return weight[0];
  }

  std::int64_t operator()(const ConvTranspose2d& op) const {
    const Shape& weight = graph.param(op.weight).shape;
    RequireChannels(node, weight[0], in[0]);
    return weight[1] * op.groups;
  }

  std::int64_t operator()(const Add&) const { return Equal(); }
  std::int64_t operator()(const Multiply&) const { return Equal(); }

  std::int64_t operator()(const Concat& op) const {
    if (op.axis != Axis::kChannel) return Equal();
    std::int64_t sum = 0;
    for (std::int64_t channels : in) sum = CheckedAdd(sum, channels, node.name);
    return sum;
  }

  std::int64_t operator()(const SliceChannels& op) const {
    if (op.end > in[0]) {
      Fail(node, "channels up to " + std::to_string(op.end) + " asked of " + std::to_string(in[0]));
    }
    return op.end - op.begin;
  }

  std::int64_t operator()(const PRelu& op) const {
    const std::int64_t slopes = graph.param(op.weight).shape[0];
    if (slopes != 1) RequireChannels(node, slopes, in[0]);
    return in[0];
  }

  std::int64_t operator()(const PixelShuffle& op) const {
    const std::int64_t area = static_cast<std::int64_t>(op.factor) * op.factor;
    if (in[0] % area != 0) {
      Fail(node, std::to_string(in[0]) + " channels are not a multiple of " + std::to_string(area));
    }
    return in[0] / area;
  }

  std::int64_t operator()(const PixelUnshuffle& op) const {
    return CheckedMul(in[0], std::int64_t{op.factor} * op.factor, node.name);
  }

  std::int64_t operator()(const ChannelScale& op) const {
    RequireChannels(node, graph.param(op.weight).shape[1], in[0]);
    return in[0];
  }

  std::int64_t operator()(const LayerNorm& op) const {
    RequireChannels(node, graph.param(op.weight).shape[0], in[0]);
    return in[0];
  }

  std::int64_t operator()(const ScaleShift& op) const {
    RequireChannels(node, static_cast<std::int64_t>(op.scale.size()), in[0]);
    return in[0];
  }

  template <typename Same>
  std::int64_t operator()(const Same&) const {
    return in[0];
  }

 private:
  std::int64_t Equal() const {
    for (std::int64_t channels : in) RequireChannels(node, in[0], channels);
    return in[0];
  }
};

}  // namespace

std::int64_t OutputChannels(const Graph& graph, const Node& node,
                            const std::vector<std::int64_t>& inputs) {
  return std::visit(Channels{graph, node, inputs}, node.op);
}

Dims OutputDims(const Graph& graph, const Node& node, const std::vector<Dims>& inputs) {
  std::vector<std::int64_t> channels;
  for (const Dims& dims : inputs) channels.push_back(dims.channels);
  Dims out = std::visit(Extents{graph, node, inputs}, node.op);
  out.channels = OutputChannels(graph, node, channels);
  RequireNotEmpty(node, out);
  return out;
}

std::vector<Dims> InferDims(const Graph& graph, std::int64_t height, std::int64_t width) {
  if (graph.nodes().empty()) return {};
  std::vector<Dims> dims = {{graph.input_channels(), height, width}};
  dims.reserve(graph.nodes().size());
  RequireNotEmpty(graph.node(0), dims[0]);
  for (std::size_t id = 1; id < graph.nodes().size(); ++id) {
    const Node& node = graph.nodes()[id];
    std::vector<Dims> inputs;
    for (NodeId input : node.inputs) inputs.push_back(dims[input]);
    dims.push_back(OutputDims(graph, node, inputs));
  }
  return dims;
}

}  // namespace winnow
