// Operators on one input, number by number.
#include <limits>

#include "formats/onnx/broadcast.h"
#include "formats/onnx/ops.h"
#include "formats/onnx/statistics.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {
namespace {

NodeId HardSigmoidOf(OpCall& call, NodeId x, float alpha, float beta) {
  return call.emit.Emit(Clamp{0, 1}, {call.emit.Affine(x, alpha, beta)});
}

NodeId Unary(OpCall& call, NodeId x) {
  Emitter& emit = call.emit;
  const std::string& type = call.type();
  if (type == "Relu") return emit.Emit(Relu{}, {x});
  if (type == "LeakyRelu") return emit.Emit(LeakyRelu{call.Float("alpha", 0.01f)}, {x});
  if (type == "Sigmoid") return emit.Emit(Sigmoid{}, {x});
  if (type == "Tanh") return emit.Emit(Tanh{}, {x});
  if (type == "Gelu") {
    const std::string form = call.Text("approximate", "none");
    if (form != "none" && form != "tanh") call.Corrupt("has an unknown approximate");
    return emit.Emit(Gelu{form == "none" ? GeluForm::kErf : GeluForm::kTanh}, {x});
  }
  if (type == "Neg") return emit.Affine(x, -1, 0);
  if (type == "Abs") {
    const NodeId negative = emit.Emit(Relu{}, {emit.Affine(x, -1, 0)});
    return emit.Emit(Add{}, {emit.Emit(Relu{}, {x}), negative});
  }
  if (type == "HardSigmoid") {
    return HardSigmoidOf(call, x, call.Float("alpha", 0.2f), call.Float("beta", 0.5f));
  }
  const NodeId gate = HardSigmoidOf(call, x, 1.0f / 6, 0.5f);  // HardSwish
  return emit.Emit(Multiply{}, {x, gate});
}

// An optional limit, by input or, in old versions, by attribute.
float Limit(const OpCall& call, std::size_t input, const char* attribute, float otherwise) {
  if (call.opset() < 11) return call.Float(attribute, otherwise);
  if (!call.Has(input)) return otherwise;
  const auto value = UniformValue(*call.ConstantIn(input));
  if (!value) call.Corrupt("a limit must be a single number");
  return static_cast<float>(*value);
}

}  // namespace

Values LowerUnary(OpCall& call) {
  const Activation x = call.ActivationIn(0);
  return {Activation{Unary(call, x.node), x.view}};
}

Values LowerPRelu(OpCall& call) {
  Activation x = call.ActivationIn(0);
  const ConstantPtr slopes = call.ConstantIn(1);
  const std::vector<float> values = ChannelValues(call, *slopes, x);
  PRelu op;
  if (slopes->size() == 1 || slopes->size() == static_cast<std::int64_t>(values.size())) {
    op.weight = call.emit.AddParam(call.input_name(1), slopes, {slopes->size()});
  } else {
    Tensor weight({static_cast<std::int64_t>(values.size())});
    std::copy(values.begin(), values.end(), weight.data.begin());
    op.weight = call.emit.AddParam("slopes", std::move(weight));
  }
  return {Activation{call.emit.Emit(op, {x.node}), x.view}};
}

Values LowerClip(OpCall& call) {
  constexpr float kMost = std::numeric_limits<float>::max();
  const float low = std::max(-kMost, Limit(call, 1, "min", -kMost));
  const float high = std::min(kMost, Limit(call, 2, "max", kMost));
  const Activation x = call.ActivationIn(0);
  if (low == -kMost && high == kMost) return {x};
  const Op op = low == 0 && high == kMost ? Op(Relu{}) : Op(Clamp{low, high});
  return {Activation{call.emit.Emit(op, {x.node}), x.view}};
}

Values LowerPass(OpCall& call) {
  Values outputs(call.output_count() == 0 ? 1 : call.output_count(), call.In(0));
  return outputs;
}

Values LowerCast(OpCall& call) {
  using onnx_pb::TensorProto;
  const std::int64_t to = call.Int("to", TensorProto::UNDEFINED);
  if (to != TensorProto::FLOAT && to != TensorProto::FLOAT16 && to != TensorProto::DOUBLE &&
      to != TensorProto::BFLOAT16) {
    call.Unsupported("turns a result into integers, which is not imported",
                     "export the network without rounding to 8 bit");
  }
  return LowerPass(call);
}

Values LowerRoot(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  call.Unsupported("is imported in means, deviations and normalisations only",
                   "replace it by one of these, or by another activation (Abs, Relu, Sigmoid)");
}

}  // namespace winnow::onnx
