#include "formats/onnx/statistics.h"

#include <algorithm>
#include <cmath>

namespace winnow::onnx {
namespace {

double CountOver(const Dims& dims, unsigned axes) {
  double count = 1;
  if (axes & kOverChannels) count *= static_cast<double>(dims.channels);
  if (axes & kOverRows) count *= static_cast<double>(dims.height);
  if (axes & kOverColumns) count *= static_cast<double>(dims.width);
  return count;
}

// Whether factor * sum is the mean.
bool IsMean(const OpCall& call, const Statistic& s) {
  const double count = CountOver(call.emit.dims(s.of.node), s.summed);
  return std::abs(s.factor * count - 1) < 1e-5;
}

bool IsVariance(const OpCall& call, const Statistic& s) {
  return s.stage == Statistic::kSquareSum && s.summed == s.mean && IsMean(call, s);
}

const Statistic* StatisticIn(const OpCall& call, std::size_t i) {
  return call.Has(i) ? std::get_if<Statistic>(&call.In(i)) : nullptr;
}

bool IsOf(const Statistic& s, const Value& value) {
  const auto* x = std::get_if<Activation>(&value);
  return x != nullptr && x->node == s.of.node && x->view == s.of.view;
}

bool Alike(const Statistic& a, const Statistic& b) {
  return a.of.node == b.of.node && a.of.view == b.of.view && a.mean == b.mean;
}

std::optional<double> UniformIn(const OpCall& call, std::size_t i) {
  if (!call.Has(i) || !call.IsConstant(i)) return std::nullopt;
  return UniformValue(*call.ConstantIn(i));
}

std::optional<Value> Next(Statistic s, Statistic::Stage stage) {
  s.stage = stage;
  return s;
}

std::optional<Value> Squared(const Statistic& s) {
  if (s.stage != Statistic::kCentred) return std::nullopt;
  return Next(s, Statistic::kSquare);
}

std::optional<Value> Root(const Statistic& s) {
  if (s.stage != Statistic::kSquareSum || s.summed != s.mean) return std::nullopt;
  return Next(s, Statistic::kRoot);
}

std::optional<Value> Scaled(Statistic s, std::optional<double> by) {
  if (!by || s.epsilon != 0) return std::nullopt;
  if (s.stage != Statistic::kSum && s.stage != Statistic::kSquareSum) return std::nullopt;
  s.factor *= *by;
  return s;
}

Tensor Filled(std::int64_t count, float value) {
  Tensor tensor({count});
  std::ranges::fill(tensor.data, value);
  return tensor;
}

// (x - mean) / sqrt(variance + epsilon).
std::optional<Value> Normalised(OpCall& call, const Statistic& centred, const Statistic& root) {
  if (centred.stage != Statistic::kCentred || !Alike(centred, root)) return std::nullopt;
  if (centred.mean != kOverChannels || !(root.epsilon > 0)) {
    call.Unsupported(
        "normalises by the deviation of its input over other axes than the channels, or without "
        "an epsilon, which is not imported",
        "use LayerNorm over the channels, or BatchNorm in evaluation mode");
  }
  return EmitLayerNorm(call, centred.of, static_cast<float>(root.epsilon));
}

std::optional<Value> OfSub(OpCall& call) {
  const Statistic* mean = StatisticIn(call, 1);
  if (mean == nullptr || mean->stage != Statistic::kSum || !IsOf(*mean, call.In(0)) ||
      !IsMean(call, *mean) || mean->view.dims.size() != mean->of.view.dims.size()) {
    return std::nullopt;
  }
  Statistic centred = *mean;
  centred.stage = Statistic::kCentred;
  centred.mean = mean->summed;
  centred.view = mean->of.view;
  return centred;
}

std::optional<Value> OfMul(OpCall& call) {
  const Statistic* a = StatisticIn(call, 0);
  const Statistic* b = StatisticIn(call, 1);
  if (a != nullptr && b != nullptr) {
    if (a->stage == Statistic::kInverse) std::swap(a, b);
    if (b->stage == Statistic::kInverse) return Normalised(call, *a, *b);
    if (b->stage == Statistic::kCentred && Alike(*a, *b)) return Squared(*a);
    return std::nullopt;
  }
  return a != nullptr ? Scaled(*a, UniformIn(call, 1)) : Scaled(*b, UniformIn(call, 0));
}

std::optional<Value> OfDiv(OpCall& call) {
  const Statistic* a = StatisticIn(call, 0);
  const Statistic* b = StatisticIn(call, 1);
  if (b != nullptr) {
    if (b->stage != Statistic::kRoot) return std::nullopt;
    if (a != nullptr) return Normalised(call, *a, *b);
    return UniformIn(call, 0) == 1.0 ? Next(*b, Statistic::kInverse) : std::nullopt;
  }
  const std::optional<double> by = UniformIn(call, 1);
  return by && *by != 0 ? Scaled(*a, 1 / *by) : std::nullopt;
}

std::optional<Value> OfAdd(OpCall& call) {
  const std::size_t at = StatisticIn(call, 0) != nullptr ? 0 : 1;
  const std::optional<double> epsilon = UniformIn(call, 1 - at);
  Statistic s = *StatisticIn(call, at);
  if (!epsilon || !IsVariance(call, s)) return std::nullopt;
  s.epsilon += *epsilon;
  return s;
}

std::optional<Value> OfPow(OpCall& call) {
  const Statistic* s = StatisticIn(call, 0);
  const std::optional<double> exponent = UniformIn(call, 1);
  if (s == nullptr || !exponent) return std::nullopt;
  if (*exponent == 2) return Squared(*s);
  if (*exponent == 0.5) return Root(*s);
  if (*exponent != -0.5 || !Root(*s)) return std::nullopt;
  return Next(*s, Statistic::kInverse);
}

// The bit of a dim that is one whole axis, 0 for an extent of 1, nothing for others.
std::optional<unsigned> AxisBit(const ViewDim& dim, const Dims& dims) {
  if (dim.empty()) return 0;
  if (IsWhole(dim, Source::kChannel, dims.channels)) return kOverChannels;
  if (IsWhole(dim, Source::kHeight, dims.height)) return kOverRows;
  if (IsWhole(dim, Source::kWidth, dims.width)) return kOverColumns;
  return std::nullopt;
}

// Empties the dims (or takes them out) and says what axes they were.
unsigned TakeAxes(const OpCall& call, const Dims& dims, const std::vector<std::int64_t>& axes,
                  bool keep, View& view) {
  std::vector<bool> gone(view.dims.size(), false);
  unsigned bits = 0;
  for (std::int64_t axis : axes) {
    const std::size_t at = call.Axis(axis, view.dims.size());
    const std::optional<unsigned> bit = AxisBit(view.dims[at], dims);
    if (!bit) {
      call.Unsupported("reduces over part of an axis, which is not imported",
                       "reduce over all channels, or over height and width");
    }
    bits |= *bit;
    view.dims[at].clear();
    gone[at] = !keep;
  }
  View rest;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) rest.dims.push_back(view.dims[i]);
  }
  view = std::move(rest);
  return bits;
}

}  // namespace

Activation EmitLayerNorm(OpCall& call, const Activation& x, float epsilon) {
  const std::int64_t channels = call.emit.dims(x.node).channels;
  LayerNorm norm;
  norm.weight = call.emit.AddParam("weight", Filled(channels, 1));
  norm.bias = call.emit.AddParam("bias", Filled(channels, 0));
  norm.epsilon = epsilon;
  return {call.emit.Emit(norm, {x.node}), x.view};
}

std::optional<double> UniformValue(const Constant& constant) {
  if (constant.size() == 0) return std::nullopt;
  for (std::int64_t i = 1; i < constant.size(); ++i) {
    if (constant.At(i) != constant.At(0)) return std::nullopt;
  }
  return constant.At(0);
}

Value Reduce(OpCall& call, const std::vector<std::int64_t>& axes, bool keep, bool mean) {
  Statistic s;
  const Statistic* before = StatisticIn(call, 0);
  const bool goes_on = before != nullptr && before->epsilon == 0 &&
                       (before->stage == Statistic::kSum || before->stage == Statistic::kSquare ||
                        before->stage == Statistic::kSquareSum);
  if (goes_on) {
    s = *before;
    if (s.stage == Statistic::kSquare) {
      s.stage = Statistic::kSquareSum;
      s.factor = 1;
      s.summed = 0;
    }
  } else {
    s.of = call.ActivationIn(0);
    s.view = s.of.view;
  }
  const Dims& dims = call.emit.dims(s.of.node);
  const unsigned bits = TakeAxes(call, dims, axes, keep, s.view);
  s.summed |= bits;
  if (mean) s.factor /= CountOver(dims, bits);
  if (s.summed == 0) return Activation{s.of.node, s.view};
  return s;
}

std::optional<Value> StatisticResult(OpCall& call) {
  if (StatisticIn(call, 0) == nullptr && StatisticIn(call, 1) == nullptr) return std::nullopt;
  if (call.type() == "Sub") return OfSub(call);
  if (call.type() == "Mul") return OfMul(call);
  if (call.type() == "Div") return OfDiv(call);
  if (call.type() == "Add") return OfAdd(call);
  if (call.type() == "Pow") return OfPow(call);
  if (call.type() == "Sqrt") return Root(*StatisticIn(call, 0));
  if (call.type() == "Reciprocal" && StatisticIn(call, 0)->stage == Statistic::kRoot) {
    return Next(*StatisticIn(call, 0), Statistic::kInverse);
  }
  return std::nullopt;
}

Activation Materialise(OpCall& call, const Statistic& s) {
  Emitter& emit = call.emit;
  const NodeId x = s.of.node;
  const double scale = s.factor * CountOver(emit.dims(x), s.summed);
  if (s.stage == Statistic::kSum && s.summed == kOverPlane) {
    const NodeId mean = emit.Emit(GlobalPool{GlobalKind::kMean}, {x});
    const bool exact = IsMean(call, s);
    return {emit.Affine(mean, exact ? 1.0f : static_cast<float>(scale), 0), s.view};
  }
  if (s.stage == Statistic::kSum && s.summed == kOverChannels) {
    Tensor weight({1, emit.dims(x).channels, 1, 1});
    std::fill(weight.data.begin(), weight.data.end(), static_cast<float>(s.factor));
    Conv2d conv;
    conv.weight = emit.AddParam("sum", std::move(weight));
    return {emit.Emit(conv, {x}), s.view};
  }
  if (s.stage == Statistic::kCentred && s.mean == kOverPlane) {
    const NodeId mean = emit.Emit(GlobalPool{GlobalKind::kMean}, {x});
    return {emit.Emit(Add{}, {x, emit.Affine(mean, -1, 0)}), s.view};
  }
  if (s.mean == kOverPlane && s.summed == kOverPlane && s.epsilon == 0) {
    const NodeId deviation = emit.Emit(GlobalPool{GlobalKind::kStd}, {x});
    const float exact = std::abs(scale - 1) < 1e-5 ? 1.0f : static_cast<float>(scale);
    if (s.stage == Statistic::kRoot) return {emit.Affine(deviation, std::sqrt(exact), 0), s.view};
    if (s.stage == Statistic::kSquareSum) {
      const NodeId variance = emit.Emit(Multiply{}, {deviation, deviation});
      return {emit.Affine(variance, exact, 0), s.view};
    }
  }
  call.Unsupported("uses part of a normalisation in a way that is not imported",
                   "use means, deviations and LayerNorm as they are, without changing their parts");
}

}  // namespace winnow::onnx
