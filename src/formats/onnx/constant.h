// A tensor of an ONNX file whose values are known: a weight, or a number computed from shapes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace winnow::onnx_pb {
class TensorProto;
}

namespace winnow::onnx {

struct Constant {
  Shape shape;
  bool integer = false;  // whether `integers` or `floats` holds the values; the other is empty
  std::vector<float> floats;
  std::vector<std::int64_t> integers;

  std::int64_t size() const {
    return static_cast<std::int64_t>(integer ? integers.size() : floats.size());
  }
  double At(std::int64_t i) const {
    return integer ? static_cast<double>(integers[i]) : static_cast<double>(floats[i]);
  }
  float FloatAt(std::int64_t i) const {
    return integer ? static_cast<float>(integers[i]) : floats[i];
  }
};

using ConstantPtr = std::shared_ptr<const Constant>;

ConstantPtr MakeIntegers(Shape shape, std::vector<std::int64_t> values);
ConstantPtr MakeFloats(Shape shape, std::vector<float> values);

// What folding may make at most: no network computes more than its weights.
inline constexpr std::int64_t kMaxConstantSize = std::int64_t{1} << 26;

// `where` begins every message. Errors: kUnsupported for data kept in another file or an element
// type that is not read; kCorrupt where shape and data disagree.
ConstantPtr ReadConstant(const onnx_pb::TensorProto& proto, const std::string& where);

}  // namespace winnow::onnx
