#include "formats/onnx/constant.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/checked.h"
#include "formats/dtype.h"
#include "onnx/onnx.pb.h"

namespace winnow::onnx {
namespace {

using onnx_pb::TensorProto;

struct ElementType {
  int id;
  DType stored;  // in raw_data
  bool integer;
};

constexpr ElementType kTypes[] = {
    {TensorProto::FLOAT, DType::kF32, false},    {TensorProto::UINT8, DType::kU8, true},
    {TensorProto::INT8, DType::kI8, true},       {TensorProto::INT32, DType::kI32, true},
    {TensorProto::INT64, DType::kI64, true},     {TensorProto::BOOL, DType::kU8, true},
    {TensorProto::FLOAT16, DType::kF16, false},  {TensorProto::DOUBLE, DType::kF64, false},
    {TensorProto::BFLOAT16, DType::kBf16, false}};

[[noreturn]] void Corrupt(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}

const ElementType& TypeOf(const TensorProto& proto, const std::string& where) {
  for (const ElementType& type : kTypes) {
    if (type.id == proto.data_type()) return type;
  }
  throw Error(ErrorKind::kUnsupported,
              where + ": element type " + std::to_string(proto.data_type()) +
                  " is not read; export the network in float32 or float16");
}

template <typename Stored>
std::int64_t IntegerAt(std::string_view bytes, std::int64_t i) {
  Stored value;
  std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
  return value;
}

std::int64_t IntegerAt(DType stored, std::string_view bytes, std::int64_t i) {
  switch (stored) {
    case DType::kI64:
      return IntegerAt<std::int64_t>(bytes, i);
    case DType::kI32:
      return IntegerAt<std::int32_t>(bytes, i);
    case DType::kI8:
      return IntegerAt<std::int8_t>(bytes, i);
    default:
      return IntegerAt<std::uint8_t>(bytes, i);
  }
}

void ReadRaw(const ElementType& type, std::string_view bytes, std::int64_t count,
             Constant& constant, const std::string& where) {
  const std::int64_t wanted = CheckedMul(count, Describe(type.stored).bytes, where);
  if (wanted != static_cast<std::int64_t>(bytes.size())) {
    Corrupt(where, "has " + std::to_string(bytes.size()) + " bytes of data, shape " +
                       ToString(constant.shape) + " takes " + std::to_string(wanted));
  }
  if (!type.integer) {
    constant.floats.resize(count);
    DecodeToFloat(type.stored, bytes, constant.floats);
    return;
  }
  constant.integers.resize(count);
  for (std::int64_t i = 0; i < count; ++i) {
    constant.integers[i] = IntegerAt(type.stored, bytes, i);
  }
}

// 16-bit floats outside raw_data are the bits in int32_data.
std::vector<float> FromBits(const ElementType& type, const TensorProto& proto) {
  std::vector<std::uint16_t> bits(proto.int32_data().begin(), proto.int32_data().end());
  std::vector<float> values(bits.size());
  DecodeToFloat(type.stored, {reinterpret_cast<const char*>(bits.data()), bits.size() * 2}, values);
  return values;
}

void ReadFields(const ElementType& type, const TensorProto& proto, Constant& constant) {
  const auto copy = [](const auto& from, auto& to) { to.assign(from.begin(), from.end()); };
  switch (type.stored) {
    case DType::kF32:
      return copy(proto.float_data(), constant.floats);
    case DType::kF64:
      return copy(proto.double_data(), constant.floats);
    case DType::kI64:
      return copy(proto.int64_data(), constant.integers);
    case DType::kF16:
    case DType::kBf16:
      constant.floats = FromBits(type, proto);
      return;
    default:
      return copy(proto.int32_data(), constant.integers);
  }
}

}  // namespace

ConstantPtr MakeIntegers(Shape shape, std::vector<std::int64_t> values) {
  return std::make_shared<const Constant>(Constant{std::move(shape), true, {}, std::move(values)});
}

ConstantPtr MakeFloats(Shape shape, std::vector<float> values) {
  return std::make_shared<const Constant>(Constant{std::move(shape), false, std::move(values), {}});
}

ConstantPtr ReadConstant(const TensorProto& proto, const std::string& where) {
  if (proto.data_location() == TensorProto::EXTERNAL || proto.external_data_size() > 0) {
    throw Error(
        ErrorKind::kUnsupported,
        where +
            ": its data is said to lie in another file, and no path in a model is followed; "
            "save the model as one file (onnx.save_model with save_as_external_data=False)");
  }
  const ElementType& type = TypeOf(proto, where);
  Constant constant;
  constant.shape.assign(proto.dims().begin(), proto.dims().end());
  constant.integer = type.integer;
  for (std::int64_t extent : constant.shape) {
    if (extent < 0) Corrupt(where, "impossible shape " + ToString(constant.shape));
  }
  std::int64_t count = 1;
  std::int64_t span = 1;  // which stays representable where an extent is 0
  for (std::int64_t extent : constant.shape) {
    count = CheckedMul(count, extent, where);
    span = CheckedMul(span, std::max<std::int64_t>(extent, 1), where);
  }
  if (proto.has_raw_data()) {
    ReadRaw(type, proto.raw_data(), count, constant, where);
  } else {
    ReadFields(type, proto, constant);
  }
  if (constant.size() != count) {
    Corrupt(where, "has " + std::to_string(constant.size()) + " values, shape " +
                       ToString(constant.shape) + " takes " + std::to_string(count));
  }
  return std::make_shared<const Constant>(std::move(constant));
}

}  // namespace winnow::onnx
