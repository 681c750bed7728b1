#include "formats/dtype.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/half.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

static_assert(std::endian::native == std::endian::little, "the container is little-endian");

constexpr std::array kRead = {
    DTypeRow{"F32", DType::kF32, 4},   DTypeRow{"F16", DType::kF16, 2},
    DTypeRow{"BF16", DType::kBf16, 2}, DTypeRow{"F64", DType::kF64, 8},
    DTypeRow{"U8", DType::kU8, 1},     DTypeRow{"I8", DType::kI8, 1},
    DTypeRow{"I32", DType::kI32, 4},   DTypeRow{"I64", DType::kI64, 8},
};

constexpr std::array<std::string_view, 12> kNotRead = {"BOOL",    "U16",     "U32",     "U64",
                                                       "I16",     "F8_E4M3", "F8_E5M2", "F8_E8M0",
                                                       "F6_E2M3", "F6_E3M2", "F4",      "C64"};

template <typename Stored, typename Convert>
void DecodeAs(std::string_view bytes, std::span<float> values, Convert convert) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
}

template <typename Stored>
void DecodeAs(std::string_view bytes, std::span<float> values) {
  DecodeAs<Stored>(bytes, values, [](Stored v) { return static_cast<float>(v); });
}

float Narrow(double value) {
  if (std::abs(value) > std::numeric_limits<float>::max()) {
    return std::numeric_limits<float>::infinity();
  }
  return static_cast<float>(value);
}

}  // namespace

const DTypeRow& Describe(DType dtype) { return *std::ranges::find(kRead, dtype, &DTypeRow::dtype); }

const DTypeRow& FindDType(const std::string& name, const std::string& where) {
  const auto row = std::ranges::find(kRead, name, &DTypeRow::name);
  if (row != kRead.end()) return *row;
  if (std::ranges::find(kNotRead, name) != kNotRead.end()) {
    throw Error(ErrorKind::kUnsupported,
                where + ": dtype " + name + " is not read; convert the tensor to F32, F16 or BF16");
  }
  throw Error(ErrorKind::kCorrupt, where + ": unknown dtype " + Quoted(name));
}

void DecodeToFloat(DType dtype, std::string_view bytes, std::span<float> values) {
  switch (dtype) {
    case DType::kF32:
      return DecodeAs<float>(bytes, values);
    case DType::kF16:
      return DecodeAs<std::uint16_t>(bytes, values, HalfToFloat);
    case DType::kBf16:
      return DecodeAs<std::uint16_t>(bytes, values, Bf16ToFloat);
    case DType::kF64:
      return DecodeAs<double>(bytes, values, Narrow);
    case DType::kU8:
      return DecodeAs<std::uint8_t>(bytes, values);
    case DType::kI8:
      return DecodeAs<std::int8_t>(bytes, values);
    case DType::kI32:
      return DecodeAs<std::int32_t>(bytes, values);
    case DType::kI64:
      return DecodeAs<std::int64_t>(bytes, values);
  }
}

}  // namespace winnow
