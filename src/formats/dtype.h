// The element types of the safetensors container and their conversion to float32.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "formats/safetensors.h"

namespace winnow {

struct DTypeRow {
  std::string_view name;  // as in the file: "F32"
  DType dtype;
  std::int64_t bytes;  // of one element
};

const DTypeRow& Describe(DType dtype);

// `where` begins the message. Errors: kUnsupported for the container's other types, kCorrupt for
// any other name.
const DTypeRow& FindDType(const std::string& name, const std::string& where);

// `bytes` holds values.size() little-endian elements. F64 beyond the range of float32 becomes
// infinite.
void DecodeToFloat(DType dtype, std::string_view bytes, std::span<float> values);

}  // namespace winnow
