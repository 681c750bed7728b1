// One node of an ONNX graph as the functions see that translate it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/onnx/emitter.h"
#include "formats/onnx/value.h"

namespace winnow::onnx_pb {
class AttributeProto;
class NodeProto;
}  // namespace winnow::onnx_pb

namespace winnow::onnx {

class OpCall {
 public:
  // `inputs` are null where the node leaves one out. All outlive this.
  OpCall(const onnx_pb::NodeProto& proto, std::string where, std::int64_t opset,
         std::vector<const Value*> inputs, std::vector<std::string> input_names, Emitter& emitter)
      : emit(emitter),
        proto_(proto),
        where_(std::move(where)),
        opset_(opset),
        inputs_(std::move(inputs)),
        names_(std::move(input_names)) {}

  const std::string& where() const { return where_; }
  std::int64_t opset() const { return opset_; }
  const std::string& type() const;
  std::size_t output_count() const;

  // Errors: kUnsupported, kCorrupt; the message begins with file, node and opset. `remedy` is what
  // a user can do about it.
  [[noreturn]] void Unsupported(const std::string& problem, const std::string& remedy) const;
  [[noreturn]] void Corrupt(const std::string& problem) const;

  // Attributes, or `otherwise` where the node lacks them.
  bool HasAttribute(const std::string& name) const { return Find(name) != nullptr; }
  std::int64_t Int(const std::string& name, std::int64_t otherwise) const;
  float Float(const std::string& name, float otherwise) const;
  std::string Text(const std::string& name, const std::string& otherwise) const;
  std::vector<std::int64_t> Ints(const std::string& name,
                                 std::vector<std::int64_t> otherwise = {}) const;
  std::vector<float> Floats(const std::string& name) const;
  ConstantPtr TensorAttribute(const std::string& name) const;

  std::size_t input_count() const { return inputs_.size(); }
  bool Has(std::size_t i) const { return i < inputs_.size() && inputs_[i] != nullptr; }
  const std::string& input_name(std::size_t i) const { return names_[i]; }
  // An error where it is missing.
  const Value& In(std::size_t i) const;
  bool IsConstant(std::size_t i) const;
  // An error that asks for a constant where it depends on the picture.
  ConstantPtr ConstantIn(std::size_t i) const;
  // Statistics are made operators where possible.
  Activation ActivationIn(std::size_t i);
  // [1, C, H, W].
  NodeId PlainIn(std::size_t i) { return emit.Plain(ActivationIn(i)); }
  // The integers of input `i` where there is one, otherwise of attribute `name`: where ONNX moved
  // attributes to inputs. Nothing without either.
  std::optional<std::vector<std::int64_t>> IntsIn(std::size_t i, const std::string& name) const;
  // Checked for `rank` (negative ones count from behind).
  std::size_t Axis(std::int64_t axis, std::size_t rank) const;

  Shape ShapeOfIn(std::size_t i) const;

  Emitter& emit;

 private:
  const onnx_pb::AttributeProto* Find(const std::string& name) const;

  const onnx_pb::NodeProto& proto_;
  std::string where_;
  std::int64_t opset_;
  std::vector<const Value*> inputs_;
  std::vector<std::string> names_;
};

Shape ShapeOf(const Value& value);

}  // namespace winnow::onnx
