// Arithmetic on two inputs, of which one may be constant.
#include <limits>

#include "formats/onnx/broadcast.h"
#include "formats/onnx/ops.h"
#include "formats/onnx/statistics.h"

namespace winnow::onnx {
namespace {

std::vector<float> All(const OpCall& call, const Activation& x, float value) {
  return std::vector<float>(static_cast<std::size_t>(call.emit.dims(x.node).channels), value);
}

Values AffineOf(OpCall& call, const Activation& x, std::vector<float> scale,
                std::vector<float> shift) {
  return {Activation{call.emit.Affine(x.node, std::move(scale), std::move(shift)), x.view}};
}

Values TimesConstant(OpCall& call, std::size_t input, const Constant& constant) {
  Activation x = call.ActivationIn(input);
  std::vector<float> scale = ChannelValues(call, constant, x);
  return AffineOf(call, x, std::move(scale), All(call, x, 0));
}

// sign * x + constant.
Values PlusConstant(OpCall& call, std::size_t input, const Constant& constant, float sign,
                    float constant_sign) {
  Activation x = call.ActivationIn(input);
  std::vector<float> shift = ChannelValues(call, constant, x);
  for (float& v : shift) v *= constant_sign;
  return AffineOf(call, x, All(call, x, sign), std::move(shift));
}

Values Joined(OpCall& call, Op op) {
  const Pair pair = Align(call, call.ActivationIn(0), call.ActivationIn(1));
  return {Activation{call.emit.Emit(std::move(op), {pair.a, pair.b}), pair.view}};
}

}  // namespace

Values LowerAdd(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  if (auto value = ErrorFunctionResult(call)) return {*value};
  for (std::size_t i : {0, 1}) {
    if (call.IsConstant(i)) return PlusConstant(call, 1 - i, *call.ConstantIn(i), 1, 1);
  }
  return Joined(call, Add{});
}

Values LowerSub(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  if (call.IsConstant(1)) return PlusConstant(call, 0, *call.ConstantIn(1), 1, -1);
  if (call.IsConstant(0)) return PlusConstant(call, 1, *call.ConstantIn(0), -1, 1);
  Activation b = call.ActivationIn(1);
  b.node = call.emit.Affine(b.node, -1, 0);
  const Pair pair = Align(call, call.ActivationIn(0), b);
  return {Activation{call.emit.Emit(Add{}, {pair.a, pair.b}), pair.view}};
}

Values LowerMul(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  if (auto value = ErrorFunctionResult(call)) return {*value};
  for (std::size_t i : {0, 1}) {
    if (call.IsConstant(i)) return TimesConstant(call, 1 - i, *call.ConstantIn(i));
  }
  return Joined(call, Multiply{});
}

Values LowerDiv(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  if (!call.IsConstant(1)) {
    call.Unsupported("divides by something that depends on the picture, which is not imported",
                     "divide by a constant, or use LayerNorm where it normalises");
  }
  Activation x = call.ActivationIn(0);
  std::vector<float> scale = ChannelValues(call, *call.ConstantIn(1), x);
  for (float& v : scale) v = 1 / v;
  return AffineOf(call, x, std::move(scale), All(call, x, 0));
}

Values LowerMinMax(OpCall& call) {
  if (call.input_count() != 2 || (!call.IsConstant(0) && !call.IsConstant(1))) {
    call.Unsupported("is imported with one input from the picture and one constant only",
                     "use Relu, LeakyRelu or Clip");
  }
  const std::size_t constant = call.IsConstant(0) ? 0 : 1;
  const auto limit = UniformValue(*call.ConstantIn(constant));
  if (!limit) {
    call.Unsupported("is imported with a single number as limit only", "use Clip of one number");
  }
  const Activation x = call.ActivationIn(1 - constant);
  const float value = static_cast<float>(*limit);
  constexpr float kMost = std::numeric_limits<float>::max();
  if (call.type() == "Min")
    return {Activation{call.emit.Emit(Clamp{-kMost, value}, {x.node}), x.view}};
  if (value == 0) return {Activation{call.emit.Emit(Relu{}, {x.node}), x.view}};
  return {Activation{call.emit.Emit(Clamp{value, kMost}, {x.node}), x.view}};
}

Values LowerPow(OpCall& call) {
  if (auto value = StatisticResult(call)) return {*value};
  const auto exponent = UniformValue(*call.ConstantIn(1));
  const Activation x = call.ActivationIn(0);
  if (exponent == 1.0) return {x};
  if (exponent != 2.0 && exponent != 3.0) {
    call.Unsupported("is imported with the exponents 2 and 3 only (and in means and deviations)",
                     "use one of these, or another activation");
  }
  NodeId power = call.emit.Emit(Multiply{}, {x.node, x.node});
  if (exponent == 3.0) power = call.emit.Emit(Multiply{}, {power, x.node});
  return {Activation{power, x.view}};
}

}  // namespace winnow::onnx
