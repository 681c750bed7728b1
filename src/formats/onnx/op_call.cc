#include "formats/onnx/op_call.h"

#include "base/error.h"
#include "formats/onnx/statistics.h"
#include "formats/strict_json.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {

const std::string& OpCall::type() const { return proto_.op_type(); }

std::size_t OpCall::output_count() const { return static_cast<std::size_t>(proto_.output_size()); }

void OpCall::Unsupported(const std::string& problem, const std::string& remedy) const {
  throw Error(ErrorKind::kUnsupported, where_ + ": " + problem + "; " + remedy);
}

void OpCall::Corrupt(const std::string& problem) const {
  throw Error(ErrorKind::kCorrupt, where_ + ": " + problem);
}

const onnx_pb::AttributeProto* OpCall::Find(const std::string& name) const {
  for (const onnx_pb::AttributeProto& attribute : proto_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

std::int64_t OpCall::Int(const std::string& name, std::int64_t otherwise) const {
  const auto* attribute = Find(name);
  return attribute != nullptr && attribute->has_i() ? attribute->i() : otherwise;
}

float OpCall::Float(const std::string& name, float otherwise) const {
  const auto* attribute = Find(name);
  return attribute != nullptr && attribute->has_f() ? attribute->f() : otherwise;
}

std::string OpCall::Text(const std::string& name, const std::string& otherwise) const {
  const auto* attribute = Find(name);
  return attribute != nullptr && attribute->has_s() ? attribute->s() : otherwise;
}

std::vector<std::int64_t> OpCall::Ints(const std::string& name,
                                       std::vector<std::int64_t> otherwise) const {
  const auto* attribute = Find(name);
  if (attribute == nullptr) return otherwise;
  return {attribute->ints().begin(), attribute->ints().end()};
}

std::vector<float> OpCall::Floats(const std::string& name) const {
  const auto* attribute = Find(name);
  if (attribute == nullptr) return {};
  return {attribute->floats().begin(), attribute->floats().end()};
}

ConstantPtr OpCall::TensorAttribute(const std::string& name) const {
  const auto* attribute = Find(name);
  if (attribute == nullptr || !attribute->has_t()) Corrupt("has no attribute " + Quoted(name));
  return ReadConstant(attribute->t(), where_);
}

const Value& OpCall::In(std::size_t i) const {
  if (!Has(i)) Corrupt("lacks input " + std::to_string(i));
  return *inputs_[i];
}

bool OpCall::IsConstant(std::size_t i) const { return std::holds_alternative<ConstantPtr>(In(i)); }

ConstantPtr OpCall::ConstantIn(std::size_t i) const {
  if (const auto* constant = std::get_if<ConstantPtr>(&In(i))) return *constant;
  Unsupported(
      "input " + std::to_string(i) + " (" + Quoted(names_[i]) +
          ") depends on the picture, where only constants are imported",
      "export with constants folded (do_constant_folding=True), or run onnxsim over the file");
}

Activation OpCall::ActivationIn(std::size_t i) {
  const Value& value = In(i);
  if (const auto* activation = std::get_if<Activation>(&value)) return *activation;
  if (const auto* statistic = std::get_if<Statistic>(&value)) return Materialise(*this, *statistic);
  if (std::holds_alternative<ErrorFunction>(value)) {
    Unsupported("uses Erf in another way than x * (1 + erf(x / sqrt(2))), which is not imported",
                "replace it by torch.nn.GELU, or another activation of docs/import.md");
  }
  Unsupported("input " + std::to_string(i) + " (" + Quoted(names_[i]) +
                  ") is a constant where a result of the network is expected",
              "compute it before the export, or run onnxsim over the file");
}

std::optional<std::vector<std::int64_t>> OpCall::IntsIn(std::size_t i,
                                                        const std::string& name) const {
  if (Has(i)) {
    const ConstantPtr constant = ConstantIn(i);
    if (!constant->integer) Corrupt("input " + std::to_string(i) + " must hold integers");
    return constant->integers;
  }
  if (!HasAttribute(name)) return std::nullopt;
  return Ints(name);
}

std::size_t OpCall::Axis(std::int64_t axis, std::size_t rank) const {
  const auto extent = static_cast<std::int64_t>(rank);
  if (axis < -extent || axis >= extent) {
    Corrupt("axis " + std::to_string(axis) + " of a tensor of " + std::to_string(rank) + " axes");
  }
  return static_cast<std::size_t>(axis < 0 ? axis + extent : axis);
}

Shape OpCall::ShapeOfIn(std::size_t i) const { return ShapeOf(In(i)); }

Shape ShapeOf(const Value& value) {
  if (const auto* constant = std::get_if<ConstantPtr>(&value)) return (*constant)->shape;
  if (const auto* activation = std::get_if<Activation>(&value)) return ShapeOf(activation->view);
  if (const auto* erf = std::get_if<ErrorFunction>(&value)) return ShapeOf(erf->of.view);
  return ShapeOf(std::get<Statistic>(value).view);
}

}  // namespace winnow::onnx
