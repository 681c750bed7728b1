#include "engine/reference.h"

#include <utility>

#include "kernels/reference/arithmetic.h"
#include "kernels/reference/conv.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/layer_norm.h"
#include "kernels/reference/resample.h"
#include "kernels/reference/spatial.h"

namespace winnow {
namespace {

int AxisIndex(Axis axis) { return static_cast<int>(axis); }

template <typename T>
std::int64_t Extent(Planar<T> p, Axis axis) {
  return axis == Axis::kChannel ? p.channels : axis == Axis::kHeight ? p.height : p.width;
}

ReferencePadMode PadModeOf(PadMode mode) {
  switch (mode) {
    case PadMode::kZero:
      return ReferencePadMode::kZero;
    case PadMode::kReflect:
      return ReferencePadMode::kReflect;
    case PadMode::kReplicate:
      return ReferencePadMode::kReplicate;
  }
  return ReferencePadMode::kZero;
}

// One operator, by type.
template <typename T>
struct Evaluator {
  const Model& model;
  const std::vector<Planar<const T>>& in;
  Planar<T> out;

  void operator()(const Input&) const {}
  void operator()(const StopGradient&) const { Copy(0, 0, 0, in[0].channels); }

  void operator()(const Conv2d& op) const {
    ReferenceConv(ConvShapeOf(model.graph, op), Values(op.weight), Values(op.bias), in[0], out);
  }
  void operator()(const ConvTranspose2d& op) const {
    ReferenceConvTranspose(ConvShapeOf(model.graph, op), Values(op.weight), Values(op.bias), in[0],
                           out);
  }

  void operator()(const Add&) const {
    ReferenceZip(in[0], in[1], out, [](const T& a, const T& b) { return Plus(a, b); });
  }
  void operator()(const Multiply&) const {
    ReferenceZip(in[0], in[1], out, [](const T& a, const T& b) { return Times(a, b); });
  }

  void operator()(const Concat& op) const {
    std::int64_t at = 0;
    for (const Planar<const T>& part : in) {
      ReferenceCopy(part, out, AxisIndex(op.axis), 0, at, Extent(part, op.axis));
      at += Extent(part, op.axis);
    }
  }
  void operator()(const SliceChannels& op) const { Copy(0, op.begin, 0, op.end - op.begin); }
  void operator()(const SplitSpatial& op) const {
    const std::int64_t part = Extent(in[0], op.axis) / op.count;
    Copy(AxisIndex(op.axis), op.index * part, 0, part);
  }

  void operator()(const Relu&) const {
    Map([](int, const T& x) { return Greater(x, T(0)); });
  }
  void operator()(const LeakyRelu& op) const {
    Map([&](int, const T& x) { return Slope(x, op.slope); });
  }
  void operator()(const PRelu& op) const {
    const Tensor& slopes = model.weights[op.weight];
    Map([&](int c, const T& x) { return Slope(x, slopes.data[slopes.size() == 1 ? 0 : c]); });
  }
  void operator()(const Sigmoid&) const {
    Map([](int, const T& x) { return Logistic(x); });
  }
  void operator()(const Tanh&) const {
    Map([](int, const T& x) { return HyperbolicTangent(x); });
  }
  void operator()(const Gelu& op) const {
    Map([&](int, const T& x) { return GaussianLinear(x, op.form == GeluForm::kTanh); });
  }
  void operator()(const ChannelScale& op) const {
    Map([&](int c, const T& x) { return Times(x, T(Values(op.weight)[c])); });
  }
  void operator()(const LayerNorm& op) const {
    ReferenceLayerNorm(in[0], Values(op.weight), Values(op.bias), op.epsilon, out);
  }
  void operator()(const PixelUnshuffle& op) const { ReferenceUnshuffle(in[0], out, op.factor); }
  void operator()(const Clamp& op) const {
    Map([&](int, const T& x) { return Bound(x, op.low, op.high); });
  }
  void operator()(const ScaleShift& op) const {
    Map([&](int c, const T& x) { return Affine(x, op.scale[c], op.shift[c]); });
  }

  void operator()(const PixelShuffle& op) const {
    ReferenceShuffle(in[0], out, op.factor, op.order == ShuffleOrder::kDcr);
  }
  void operator()(const Resize& op) const {
    op.mode == ResizeMode::kNearest ? ReferenceNearest(in[0], out) : ReferenceBilinear(in[0], out);
  }
  void operator()(const Pool& op) const {
    const auto pool = op.kind == PoolKind::kMax ? &ReferenceMaxPool<T> : &ReferenceAveragePool<T>;
    pool(in[0], out, op.kernel, op.stride, op.pads.top, op.pads.left);
  }
  void operator()(const GlobalPool& op) const {
    op.kind == GlobalKind::kMean ? ReferenceGlobalMean(in[0], out)
                                 : ReferenceGlobalDeviation(in[0], out);
  }
  void operator()(const Pad& op) const {
    ReferencePad(in[0], out, op.pads.top, op.pads.left, PadModeOf(op.mode));
  }

 private:
  const float* Values(ParamId id) const {
    return id == kNoParam ? nullptr : model.weights[id].data.data();
  }
  void Copy(int axis, std::int64_t from, std::int64_t to, std::int64_t count) const {
    ReferenceCopy(in[0], out, axis, from, to, count);
  }
  template <typename F>
  void Map(F f) const {
    ReferenceMap(in[0], out, f);
  }
};

template <typename Op>
ConvShape CommonShape(const Graph& graph, const Op& op) {
  const Shape& weight = graph.param(op.weight).shape;
  ConvShape s;
  s.kernel_height = static_cast<int>(weight[2]);
  s.kernel_width = static_cast<int>(weight[3]);
  s.stride = op.stride;
  s.pad_top = op.pads.top;
  s.pad_left = op.pads.left;
  s.dilation = op.dilation;
  s.groups = op.groups;
  return s;
}

Planar<const float> View(const Tensor& t) { return {t.data.data(), t.dim(0), t.dim(1), t.dim(2)}; }
Planar<float> View(Tensor& t) { return {t.data.data(), t.dim(0), t.dim(1), t.dim(2)}; }

}  // namespace

template <typename T>
void EvaluateNode(const Model& model, NodeId id, const std::vector<Planar<const T>>& inputs,
                  Planar<T> out) {
  std::visit(Evaluator<T>{model, inputs, out}, model.graph.node(id).op);
}
template void EvaluateNode<float>(const Model&, NodeId, const std::vector<Planar<const float>>&,
                                  Planar<float>);
template void EvaluateNode<Bounded>(const Model&, NodeId, const std::vector<Planar<const Bounded>>&,
                                    Planar<Bounded>);

std::vector<Tensor> RunReferenceNodes(const Model& model, const Tensor& input) {
  const Graph& graph = model.graph;
  const std::vector<Dims> dims = InferDims(graph, input.dim(1), input.dim(2));
  std::vector<Tensor> results = {input};
  for (NodeId id = 1; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    std::vector<Planar<const float>> inputs;
    for (NodeId from : graph.node(id).inputs) inputs.push_back(View(std::as_const(results[from])));
    results.emplace_back(ShapeOf(dims[id]));
    EvaluateNode(model, id, inputs, View(results.back()));
  }
  return results;
}

std::vector<Tensor> RunReference(const Model& model, const Tensor& input) {
  const std::vector<Tensor> nodes = RunReferenceNodes(model, input);
  std::vector<Tensor> outputs;
  for (NodeId id : model.graph.outputs()) outputs.push_back(nodes[id]);
  return outputs;
}

ConvShape ConvShapeOf(const Graph& graph, const Conv2d& op) {
  ConvShape s = CommonShape(graph, op);
  const Shape& weight = graph.param(op.weight).shape;
  s.out_channels = static_cast<int>(weight[0]);
  s.in_channels = static_cast<int>(weight[1]) * op.groups;
  return s;
}

ConvShape ConvShapeOf(const Graph& graph, const ConvTranspose2d& op) {
  ConvShape s = CommonShape(graph, op);
  const Shape& weight = graph.param(op.weight).shape;
  s.out_channels = static_cast<int>(weight[1]) * op.groups;
  s.in_channels = static_cast<int>(weight[0]);
  s.transposed = true;
  return s;
}

Shape ShapeOf(const Dims& dims) { return {dims.channels, dims.height, dims.width}; }

}  // namespace winnow
