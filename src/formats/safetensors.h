// The safetensors container: named arrays and a string map in one file.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

enum class DType { kF32, kF16, kBf16, kF64, kU8, kI8, kI32, kI64 };

struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, Tensor> tensors;  // converted to float32
  std::set<std::string> bytes;            // tensors to be written as U8; reading leaves it empty
};

// Every size is checked before memory is taken. Errors name the file and the tensor: kNotFound,
// kIo; kCorrupt (header longer than the file or 100 MB, bad JSON, duplicate names, unknown dtype,
// shape and offsets that disagree, overlaps, holes, bytes left over, values not finite in float32);
// kUnsupported for dtypes of the container that are not in DType.
TensorFile ReadSafetensors(const std::filesystem::path& path);
TensorFile ParseSafetensors(std::string_view bytes, const std::string& name);

// Deterministic bytes: tensors in name order, header padded with spaces to 8. `dtype` is kF32 or
// kF16 (rounded to nearest even), for all tensors but those in `file.bytes`. Errors:
// kInvalidArgument naming a tensor that is not finite, overflows fp16 (or is no byte), or whose
// name is not UTF-8.
std::string SerializeSafetensors(const TensorFile& file, DType dtype = DType::kF32);

}  // namespace winnow
