#include "formats/onnx/emitter.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "formats/as_corrupt.h"
#include "formats/strict_json.h"

namespace winnow::onnx {
namespace {

// A convolution that only moves numbers may have this many weights.
constexpr std::int64_t kMaxMovingWeights = std::int64_t{1} << 24;

}  // namespace

Emitter::Emitter(std::string file, const Dims& input) : where_(std::move(file)) {
  AsCorrupt(where_, [&] {
    return graph_.AddNode({Input{static_cast<int>(input.channels)}, {}, "input"});
  });
  dims_.push_back(input);
}

void Emitter::Enter(std::string where, std::string name) {
  where_ = std::move(where);
  name_ = std::move(name);
}

std::string Emitter::UniqueName(const std::string& wanted) const {
  std::string name = wanted;
  for (int use = 2; graph_.HasNode(name); ++use) name = wanted + "#" + std::to_string(use);
  return name;
}

NodeId Emitter::Emit(Op op, std::vector<NodeId> inputs) {
  return AsCorrupt(where_, [&] {
    const NodeId id = graph_.AddNode({std::move(op), std::move(inputs), UniqueName(name_)});
    std::vector<Dims> dims;
    for (NodeId input : graph_.node(id).inputs) dims.push_back(dims_[input]);
    dims_.push_back(OutputDims(graph_, graph_.node(id), dims));
    return id;
  });
}

ParamId Emitter::AddParam(const std::string& name, const ConstantPtr& constant,
                          const Shape& shape) {
  const auto known = params_.find({constant, shape});
  if (known != params_.end()) return known->second;
  Tensor tensor(shape);
  if (tensor.size() != constant->size()) {
    throw Error(ErrorKind::kCorrupt, where_ + ": constant " + Quoted(name) + " is " +
                                         winnow::ToString(constant->shape) + ", " +
                                         winnow::ToString(shape) + " is needed");
  }
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    tensor.data[i] = constant->FloatAt(i);
    if (!std::isfinite(tensor.data[i])) {
      throw Error(ErrorKind::kCorrupt, where_ + ": constant " + Quoted(name) + ": value " +
                                           std::to_string(i) + " is not finite");
    }
  }
  std::string unique = name;
  for (int use = 2; graph_.HasParam(unique); ++use) unique = name + "#" + std::to_string(use);
  const ParamId id = AsCorrupt(where_, [&] { return graph_.AddParam({unique, shape}); });
  weights_.push_back(std::move(tensor));
  params_.emplace(std::pair(constant, shape), id);
  return id;
}

ParamId Emitter::AddParam(const std::string& suffix, Tensor tensor) {
  const std::string wanted = name_ + "." + suffix;
  std::string unique = wanted;
  for (int use = 2; graph_.HasParam(unique); ++use) unique = wanted + "#" + std::to_string(use);
  const ParamId id = AsCorrupt(where_, [&] { return graph_.AddParam({unique, tensor.shape}); });
  weights_.push_back(std::move(tensor));
  return id;
}

NodeId Emitter::Plain(const Activation& value) {
  const Dims dims = dims_[value.node];
  if (value.view == PlainView(dims)) return value.node;
  const auto how = FindRearrangement(value.view, dims);
  if (!how) {
    throw Error(ErrorKind::kUnsupported,
                where_ + ": its input of shape " + winnow::ToString(ShapeOf(value.view)) +
                    " is not a batch of one picture [1, channels, height, width], nor a pixel or "
                    "channel shuffle of one; networks that cut pictures into sequences or batches "
                    "are not imported");
  }
  return Rearrange(value.node, *how);
}

NodeId Emitter::Rearrange(NodeId x, const Rearrangement& how) {
  const int grow = static_cast<int>(how.grow);
  if (how.tensorflow) return Emit(PixelShuffle{grow, ShuffleOrder::kDcr}, {x});
  if (!how.in_order) {
    const std::int64_t channels = dims_[x].channels;
    const Shape shape = {static_cast<std::int64_t>(how.taps.size()), channels, how.shrink,
                         how.shrink};
    if (how.shrink > 64 || ElementCount(shape) > kMaxMovingWeights) {
      throw Error(ErrorKind::kUnsupported, where_ + ": moves too many channels at a time");
    }
    Tensor weight(shape);
    std::int64_t row = 0;
    for (const Rearrangement::Tap& tap : how.taps) {
      weight.data[((row++ * channels + tap.channel) * how.shrink + tap.ky) * how.shrink + tap.kx] =
          1;
    }
    Conv2d conv;
    conv.weight = AddParam("order", std::move(weight));
    conv.stride = static_cast<int>(how.shrink);
    x = Emit(conv, {x});
  }
  return grow == 1 ? x : Emit(PixelShuffle{grow, ShuffleOrder::kCrd}, {x});
}

NodeId Emitter::Affine(NodeId x, std::vector<float> scale, std::vector<float> shift) {
  const auto all = [](const std::vector<float>& values, float wanted) {
    return std::ranges::all_of(values, [&](float v) { return v == wanted; });
  };
  const auto finite = [](const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
  };
  if (!finite(scale) || !finite(shift)) {
    throw Error(ErrorKind::kCorrupt, where_ + ": a constant is not finite");
  }
  if (all(scale, 1) && all(shift, 0)) return x;
  return Emit(ScaleShift{std::move(scale), std::move(shift)}, {x});
}

NodeId Emitter::Affine(NodeId x, float scale, float shift) {
  const auto channels = static_cast<std::size_t>(dims_[x].channels);
  return Affine(x, std::vector<float>(channels, scale), std::vector<float>(channels, shift));
}

NodeId Emitter::Repeat(NodeId x, std::int64_t channels) {
  Tensor ones({channels, 1, 1, 1});
  std::ranges::fill(ones.data, 1.0f);
  Conv2d conv;
  conv.weight = AddParam("ones", std::move(ones));
  return Emit(conv, {x});
}

}  // namespace winnow::onnx
