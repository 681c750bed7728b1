#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "formats/dtype.h"
#include "base/half.h"
#include "formats/safetensors.h"
#include "formats/safetensors_layout.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

[[noreturn]] void Fail(const std::string& name, const std::string& problem) {
  throw Error(ErrorKind::kInvalidArgument, "tensor " + Quoted(name) + ": " + problem);
}

void Check(const std::string& name, const Tensor& tensor) {
  if (name == kMetadataKey) Fail(name, "the name is reserved by the container");
  if (ElementCount(tensor.shape) != tensor.size()) {
    Fail(name, "holds " + std::to_string(tensor.size()) + " values, its shape is " +
                   ToString(tensor.shape));
  }
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    if (!std::isfinite(tensor.data[i])) {
      Fail(name, "the value at index " + std::to_string(i) + " is not finite");
    }
  }
}

void AppendF32(const Tensor& tensor, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(tensor.data.data()),
               tensor.data.size() * sizeof(float));
}

void AppendF16(const std::string& name, const Tensor& tensor, std::string& bytes) {
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    const std::uint16_t half = FloatToHalf(tensor.data[i]);
    if ((half & 0x7c00) == 0x7c00) {
      Fail(name, "the value " + std::to_string(tensor.data[i]) + " at index " + std::to_string(i) +
                     " does not fit fp16; write fp32 instead");
    }
    bytes.append(reinterpret_cast<const char*>(&half), sizeof(half));
  }
}

void AppendU8(const std::string& name, const Tensor& tensor, std::string& bytes) {
  for (float value : tensor.data) {
    const auto byte = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f));
    if (byte != value) Fail(name, "the value " + std::to_string(value) + " is no byte");
    bytes += static_cast<char>(byte);
  }
}

DType TypeOf(const std::string& name, const TensorFile& file, DType dtype) {
  return file.bytes.contains(name) ? DType::kU8 : dtype;
}

std::string HeaderFor(const TensorFile& file, DType dtype) {
  Json header = Json::object();
  if (!file.metadata.empty()) header[kMetadataKey] = file.metadata;
  std::int64_t begin = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const DTypeRow& type = Describe(TypeOf(name, file, dtype));
    const std::int64_t end = begin + tensor.size() * type.bytes;
    header[name] = {
        {"dtype", std::string(type.name)}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text = DumpJson(header, "safetensors header");
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data starts aligned
  if (text.size() > kMaxHeaderBytes) {
    throw Error(ErrorKind::kInvalidArgument, "safetensors header: " + std::to_string(text.size()) +
                                                 " bytes, at most " +
                                                 std::to_string(kMaxHeaderBytes) + " are allowed");
  }
  return text;
}

}  // namespace

std::string SerializeSafetensors(const TensorFile& file, DType dtype) {
  if (dtype != DType::kF32 && dtype != DType::kF16) {
    throw Error(ErrorKind::kInvalidArgument, "safetensors are written as F32 or F16 only");
  }
  for (const auto& [name, tensor] : file.tensors) Check(name, tensor);
  const std::string header = HeaderFor(file, dtype);
  const std::uint64_t length = header.size();

  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes += header;
  for (const auto& [name, tensor] : file.tensors) {
    switch (TypeOf(name, file, dtype)) {
      case DType::kU8:
        AppendU8(name, tensor, bytes);
        break;
      case DType::kF32:
        AppendF32(tensor, bytes);
        break;
      default:
        AppendF16(name, tensor, bytes);
    }
  }
  return bytes;
}

}  // namespace winnow
