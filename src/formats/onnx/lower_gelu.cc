// Gelu, which ONNX spells out as x * (1 + erf(x / sqrt(2))) / 2 before opset 20.
#include <algorithm>
#include <cmath>

#include "formats/onnx/ops.h"
#include "formats/onnx/statistics.h"

namespace winnow::onnx {
namespace {

constexpr double kTolerance = 1e-5;  // of constants, which files round

bool Near(double a, double b) { return std::abs(a - b) <= kTolerance * std::abs(b); }

// `x` as a multiple of an earlier result.
struct Multiple {
  NodeId of = 0;
  double factor = 1;
};

Multiple AsMultiple(const Emitter& emit, NodeId x) {
  Multiple multiple = {x, 1};
  while (const auto* affine = std::get_if<ScaleShift>(&emit.graph().node(multiple.of).op)) {
    const auto uniform = [](const std::vector<float>& values, float wanted) {
      return std::ranges::all_of(values, [&](float v) { return v == wanted; });
    };
    if (!uniform(affine->scale, affine->scale[0]) || !uniform(affine->shift, 0)) break;
    multiple.factor *= affine->scale[0];
    multiple.of = emit.graph().node(multiple.of).inputs[0];
  }
  return multiple;
}

std::optional<double> UniformIn(const OpCall& call, std::size_t i) {
  return call.IsConstant(i) ? UniformValue(*call.ConstantIn(i)) : std::nullopt;
}

// y * (factor * erf(x / sqrt(2)) + factor) for y a multiple of x.
std::optional<Value> AsGelu(OpCall& call, const ErrorFunction& erf, const Activation& y) {
  const Multiple multiple = AsMultiple(call.emit, y.node);
  if (multiple.of != erf.of.node || y.view != erf.of.view || !Near(erf.shift, erf.factor) ||
      !Near(erf.scale, std::sqrt(0.5))) {
    return std::nullopt;
  }
  const NodeId gelu = call.emit.Emit(Gelu{}, {erf.of.node});
  const double factor = 2 * erf.factor * multiple.factor;
  return Activation{call.emit.Affine(gelu, Near(factor, 1) ? 1 : static_cast<float>(factor), 0),
                    y.view};
}

}  // namespace

Values LowerErf(OpCall& call) {
  const Activation x = call.ActivationIn(0);
  const Multiple multiple = AsMultiple(call.emit, x.node);
  return {ErrorFunction{{multiple.of, x.view}, multiple.factor, 1, 0}};
}

std::optional<Value> ErrorFunctionResult(OpCall& call) {
  const std::size_t at = std::holds_alternative<ErrorFunction>(call.In(0)) ? 0 : 1;
  const auto* found = std::get_if<ErrorFunction>(&call.In(at));
  if (found == nullptr) return std::nullopt;
  ErrorFunction erf = *found;
  if (const auto constant = UniformIn(call, 1 - at)) {
    if (call.type() == "Add") {
      erf.shift += *constant;
    } else {
      erf.factor *= *constant;
      erf.shift *= *constant;
    }
    return erf;
  }
  const auto* y = std::get_if<Activation>(&call.In(1 - at));
  return y != nullptr && call.type() == "Mul" ? AsGelu(call, erf, *y) : std::nullopt;
}

}  // namespace winnow::onnx
