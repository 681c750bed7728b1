#include "onnx_proto.h"

#include <bit>

namespace winnow::peers {
namespace {

namespace attribute_proto {
constexpr int kName = 1, kFloat = 2, kInt = 3, kString = 4, kInts = 8, kType = 20;
constexpr int kTypeFloat = 1, kTypeInt = 2, kTypeString = 3, kTypeInts = 7;
}  // namespace attribute_proto
namespace tensor_proto {
constexpr int kDims = 1, kDataType = 2, kName = 8, kRawData = 9;
constexpr int kTypeFloat = 1, kTypeInt64 = 7;
}  // namespace tensor_proto
namespace value_proto {
constexpr int kName = 1, kType = 2;
constexpr int kTensorType = 1;               // of TypeProto
constexpr int kElementType = 1, kShape = 2;  // of TypeProto.Tensor
constexpr int kDim = 1, kDimValue = 1;       // of TensorShapeProto and its Dimension
}  // namespace value_proto

Message Named(const std::string& name, int type) {
  Message attribute;
  attribute.Text(attribute_proto::kName, name);
  attribute.Int(attribute_proto::kType, type);
  return attribute;
}

Message RawTensor(const std::string& name, int type, const Shape& shape, const void* data,
                  std::size_t bytes) {
  static_assert(std::endian::native == std::endian::little, "raw data is little-endian");
  Message tensor;
  for (std::int64_t extent : shape) tensor.Int(tensor_proto::kDims, extent);
  tensor.Int(tensor_proto::kDataType, type);
  tensor.Text(tensor_proto::kName, name);
  tensor.Text(tensor_proto::kRawData, {static_cast<const char*>(data), bytes});
  return tensor;
}

}  // namespace

Message Attribute(const std::string& name, float value) {
  Message attribute = Named(name, attribute_proto::kTypeFloat);
  attribute.Float(attribute_proto::kFloat, value);
  return attribute;
}
Message Attribute(const std::string& name, int value) {
  Message attribute = Named(name, attribute_proto::kTypeInt);
  attribute.Int(attribute_proto::kInt, value);
  return attribute;
}
Message Attribute(const std::string& name, const char* value) {
  Message attribute = Named(name, attribute_proto::kTypeString);
  attribute.Text(attribute_proto::kString, value);
  return attribute;
}
Message Attribute(const std::string& name, const std::vector<std::int64_t>& values) {
  Message attribute = Named(name, attribute_proto::kTypeInts);
  for (std::int64_t value : values) attribute.Int(attribute_proto::kInts, value);
  return attribute;
}

Message Attribute(const std::string& name, const Pads& pads) {
  return Attribute(name, std::vector<std::int64_t>{pads.top, pads.left, pads.bottom, pads.right});
}

Message Initializer(const std::string& name, const Shape& shape, const float* data) {
  return RawTensor(name, tensor_proto::kTypeFloat, shape, data,
                   ElementCount(shape) * sizeof(float));
}
Message Initializer(const std::string& name, const std::vector<std::int64_t>& values) {
  return RawTensor(name, tensor_proto::kTypeInt64, {static_cast<std::int64_t>(values.size())},
                   values.data(), values.size() * sizeof(std::int64_t));
}

Message TensorValue(const std::string& name, const Dims& dims) {
  Message shape;
  for (std::int64_t extent : {std::int64_t{1}, dims.channels, dims.height, dims.width}) {
    Message dim;
    dim.Int(value_proto::kDimValue, extent);
    shape.Nested(value_proto::kDim, dim);
  }
  Message tensor, type, value;
  tensor.Int(value_proto::kElementType, tensor_proto::kTypeFloat);
  tensor.Nested(value_proto::kShape, shape);
  type.Nested(value_proto::kTensorType, tensor);
  value.Text(value_proto::kName, name);
  value.Nested(value_proto::kType, type);
  return value;
}

}  // namespace winnow::peers
