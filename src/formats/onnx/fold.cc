#include "formats/onnx/fold.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "formats/onnx/fold_index.h"
#include "formats/onnx/ops.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {
namespace {

using onnx_pb::TensorProto;

// Both operands in the broadcast shape.
struct Operands {
  ConstantPtr a;
  ConstantPtr b;
};

Operands Broadcast(const OpCall& call, std::size_t a, std::size_t b) {
  const Shape shape = BroadcastShape(call, call.ShapeOfIn(a), call.ShapeOfIn(b));
  return {ExpandConstant(call, *call.ConstantIn(a), shape),
          ExpandConstant(call, *call.ConstantIn(b), shape)};
}

std::int64_t Wrapped(std::int64_t a, std::int64_t b, char op) {
  std::int64_t result = 0;
  const bool overflow = op == '+'   ? __builtin_add_overflow(a, b, &result)
                        : op == '-' ? __builtin_sub_overflow(a, b, &result)
                                    : __builtin_mul_overflow(a, b, &result);
  return overflow ? 0 : result;
}

std::int64_t OnIntegers(const OpCall& call, std::int64_t a, std::int64_t b) {
  const std::string& type = call.type();
  if (type == "Add") return Wrapped(a, b, '+');
  if (type == "Sub") return Wrapped(a, b, '-');
  if (type == "Mul") return Wrapped(a, b, '*');
  if (type == "Max") return std::max(a, b);
  if (type == "Min") return std::min(a, b);
  if (type == "Pow") return static_cast<std::int64_t>(std::pow(a, b));
  if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) {
    call.Corrupt("divides by zero");
  }
  if (type == "Div") return a / b;
  return call.Int("fmod", 0) != 0 || a % b == 0 || (a < 0) == (b < 0) ? a % b : a % b + b;  // Mod
}

double OnFloats(const OpCall& call, double a, double b) {
  const std::string& type = call.type();
  if (type == "Add") return a + b;
  if (type == "Sub") return a - b;
  if (type == "Mul") return a * b;
  if (type == "Max") return std::max(a, b);
  if (type == "Min") return std::min(a, b);
  if (type == "Pow") return std::pow(a, b);
  if (type == "Div") return a / b;
  return std::fmod(a, b);  // Mod
}

ConstantPtr Arithmetic(const OpCall& call) {
  const Operands in = Broadcast(call, 0, 1);
  Constant out{in.a->shape, in.a->integer && in.b->integer, {}, {}};
  for (std::int64_t i = 0; i < in.a->size(); ++i) {
    if (out.integer) {
      out.integers.push_back(OnIntegers(call, in.a->integers[i], in.b->integers[i]));
    } else {
      out.floats.push_back(static_cast<float>(OnFloats(call, in.a->At(i), in.b->At(i))));
    }
  }
  return std::make_shared<const Constant>(std::move(out));
}

ConstantPtr Compare(const OpCall& call) {
  const Operands in = Broadcast(call, 0, 1);
  const std::string& type = call.type();
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < in.a->size(); ++i) {
    const double a = in.a->At(i);
    const double b = in.b->At(i);
    values.push_back(type == "Equal"            ? a == b
                     : type == "Greater"        ? a > b
                     : type == "Less"           ? a < b
                     : type == "GreaterOrEqual" ? a >= b
                     : type == "LessOrEqual"    ? a <= b
                     : type == "And"            ? a != 0 && b != 0
                                                : a != 0 || b != 0);
  }
  return MakeIntegers(in.a->shape, std::move(values));
}

// Of value(i) for every element, as integers or floats.
template <typename Numbers>
ConstantPtr Computed(Shape shape, bool integer, std::int64_t size, Numbers value) {
  Constant out{std::move(shape), integer, {}, {}};
  for (std::int64_t i = 0; i < size; ++i) {
    if (integer) {
      out.integers.push_back(ToInteger(value(i)));
    } else {
      out.floats.push_back(static_cast<float>(value(i)));
    }
  }
  return std::make_shared<const Constant>(std::move(out));
}

double Function(const OpCall& call, double x) {
  static const std::map<std::string, double (*)(double)> functions = {
      {"Neg", [](double v) { return -v; }},
      {"Abs", [](double v) { return std::abs(v); }},
      {"Floor", [](double v) { return std::floor(v); }},
      {"Ceil", [](double v) { return std::ceil(v); }},
      {"Round", [](double v) { return std::nearbyint(v); }},
      {"Sqrt", [](double v) { return std::sqrt(v); }},
      {"Exp", [](double v) { return std::exp(v); }},
      {"Log", [](double v) { return std::log(v); }},
      {"Reciprocal", [](double v) { return 1 / v; }},
      {"Sigmoid", [](double v) { return 1 / (1 + std::exp(-v)); }},
      {"Tanh", [](double v) { return std::tanh(v); }},
      {"Relu", [](double v) { return std::max(v, 0.0); }},
      {"Not", [](double v) { return v == 0 ? 1.0 : 0.0; }},
  };
  return functions.at(call.type())(x);
}

ConstantPtr Map(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  return Computed(in->shape, in->integer, in->size(),
                  [&](std::int64_t i) { return Function(call, in->At(i)); });
}

ConstantPtr Cast(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  const std::int64_t to = call.Int("to", TensorProto::UNDEFINED);
  const bool to_float = to == TensorProto::FLOAT || to == TensorProto::FLOAT16 ||
                        to == TensorProto::DOUBLE || to == TensorProto::BFLOAT16;
  if (to_float != in->integer) return in;
  Constant out{in->shape, !to_float, {}, {}};
  for (std::int64_t i = 0; i < in->size(); ++i) {
    if (to_float) {
      out.floats.push_back(in->FloatAt(i));
    } else {
      out.integers.push_back(ToInteger(in->At(i)));
    }
  }
  return std::make_shared<const Constant>(std::move(out));
}

// Constant, in all its forms.
ConstantPtr Given(const OpCall& call) {
  if (call.HasAttribute("value")) return call.TensorAttribute("value");
  if (call.HasAttribute("value_int")) return MakeIntegers({}, {call.Int("value_int", 0)});
  if (call.HasAttribute("value_float")) return MakeFloats({}, {call.Float("value_float", 0)});
  if (call.HasAttribute("value_ints")) {
    const auto values = call.Ints("value_ints");
    return MakeIntegers({static_cast<std::int64_t>(values.size())}, values);
  }
  if (call.HasAttribute("value_floats")) {
    const auto values = call.Floats("value_floats");
    return MakeFloats({static_cast<std::int64_t>(values.size())}, values);
  }
  call.Unsupported("holds no tensor of numbers", "export without strings and sequences");
}

ConstantPtr Filled(const OpCall& call) {
  const auto shape = call.IntsIn(0, "");
  CheckSize(call, *shape);
  if (!call.HasAttribute("value")) {
    return ExpandConstant(call, *MakeFloats({}, {0}), *shape);
  }
  const ConstantPtr value = call.TensorAttribute("value");
  if (value->size() != 1) call.Corrupt("must hold one number");
  const ConstantPtr scalar =
      value->integer ? MakeIntegers({}, value->integers) : MakeFloats({}, value->floats);
  return ExpandConstant(call, *scalar, *shape);
}

ConstantPtr Range(const OpCall& call) {
  const ConstantPtr in[3] = {call.ConstantIn(0), call.ConstantIn(1), call.ConstantIn(2)};
  for (const ConstantPtr& c : in) {
    if (c->size() != 1) call.Corrupt("needs single numbers");
  }
  const double step = in[2]->At(0);
  const double count = step == 0 ? -1 : std::ceil((in[1]->At(0) - in[0]->At(0)) / step);
  if (!(count < static_cast<double>(kMaxConstantSize))) call.Corrupt("is too long");
  const std::int64_t size = std::max<std::int64_t>(ToInteger(count), 0);
  return Computed({size}, in[0]->integer, size,
                  [&](std::int64_t i) { return in[0]->At(0) + static_cast<double>(i) * step; });
}

ConstantPtr Where(const OpCall& call) {
  Shape shape = BroadcastShape(call, call.ShapeOfIn(1), call.ShapeOfIn(2));
  shape = BroadcastShape(call, shape, call.ShapeOfIn(0));
  const ConstantPtr which = ExpandConstant(call, *call.ConstantIn(0), shape);
  const ConstantPtr a = ExpandConstant(call, *call.ConstantIn(1), shape);
  const ConstantPtr b = ExpandConstant(call, *call.ConstantIn(2), shape);
  if (a->integer != b->integer) call.Corrupt("mixes integers and floats");
  return Picked(a->shape, a->integer, [&](std::int64_t i) {
    return std::pair(which->At(i) != 0 ? a.get() : b.get(), i);
  });
}

using Folder = ConstantPtr (*)(const OpCall&);

ConstantPtr SameWithShape(const OpCall& call, Shape shape) {
  Constant out = *call.ConstantIn(0);
  out.shape = std::move(shape);
  return std::make_shared<const Constant>(std::move(out));
}

const std::map<std::string, Folder>& Folders() {
  static const std::map<std::string, Folder> folders = [] {
    std::map<std::string, Folder> table;
    for (const char* type : {"Add", "Sub", "Mul", "Div", "Pow", "Mod", "Max", "Min"}) {
      table[type] = Arithmetic;
    }
    for (const char* type :
         {"Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or"}) {
      table[type] = Compare;
    }
    for (const char* type : {"Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Exp", "Log",
                             "Reciprocal", "Sigmoid", "Tanh", "Relu", "Not"}) {
      table[type] = Map;
    }
    table["Cast"] = Cast;
    table["Constant"] = Given;
    table["ConstantOfShape"] = Filled;
    table["Range"] = Range;
    table["Where"] = Where;
    table["Gather"] = FoldGather;
    table["Slice"] = FoldSlice;
    table["Concat"] = FoldConcat;
    table["Transpose"] = FoldTranspose;
    table["Expand"] = FoldExpand;
    table["Tile"] = FoldTile;
    for (const char* type : {"ReduceSum", "ReduceProd", "ReduceMean", "ReduceMax", "ReduceMin"}) {
      table[type] = FoldReduce;
    }
    for (const char* type : {"Identity", "Dropout"}) {
      table[type] = [](const OpCall& call) { return call.ConstantIn(0); };
    }
    table["Reshape"] = [](const OpCall& call) {
      const auto target = call.IntsIn(1, "shape");
      if (!target) call.Corrupt("has no shape");
      return SameWithShape(call, TargetOfReshape(call, call.ShapeOfIn(0), *target));
    };
    table["Flatten"] = [](const OpCall& call) {
      return SameWithShape(call, Flattened(call, call.ShapeOfIn(0)));
    };
    table["Squeeze"] = [](const OpCall& call) {
      return SameWithShape(call, Squeezed(call, call.ShapeOfIn(0)));
    };
    table["Unsqueeze"] = [](const OpCall& call) {
      return SameWithShape(call, Unsqueezed(call, call.ShapeOfIn(0)));
    };
    return table;
  }();
  return folders;
}

}  // namespace

std::optional<std::vector<Value>> Fold(const OpCall& call) {
  if (call.type() == "Split") return FoldSplit(call);
  const auto found = Folders().find(call.type());
  if (found == Folders().end()) return std::nullopt;
  return std::vector<Value>{found->second(call)};
}

}  // namespace winnow::onnx
