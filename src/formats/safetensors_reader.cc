#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/checked.h"
#include "base/file.h"
#include "formats/dtype.h"
#include "formats/safetensors.h"
#include "formats/safetensors_layout.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

struct Entry {
  std::string name;
  std::string where;  // file and tensor, for messages
  DType dtype;
  Shape shape;
  std::int64_t begin;  // bytes from the start of the data
  std::int64_t end;
};

[[noreturn]] void Fail(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}

std::string_view HeaderOf(std::string_view bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes) {
    Fail(file, "too short for a safetensors file: " + std::to_string(bytes.size()) + " bytes");
  }
  std::uint64_t length;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  const bool foreign = bytes.size() > kLengthBytes && bytes[kLengthBytes] != '{';
  if (foreign && length > bytes.size() - kLengthBytes) Fail(file, "is not a safetensors file");
  if (length > kMaxHeaderBytes) {
    Fail(file, "announces a header of " + std::to_string(length) + " bytes; at most " +
                   std::to_string(kMaxHeaderBytes) + " are allowed");
  }
  if (length > bytes.size() - kLengthBytes) {
    Fail(file, "announces a header of " + std::to_string(length) + " bytes but ends before it");
  }
  return bytes.substr(kLengthBytes, length);
}

std::map<std::string, std::string> ReadMetadata(const Json& json, const std::string& file) {
  const std::string where = file + ": " + kMetadataKey;
  if (!json.is_object()) Fail(where, "must be an object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) Fail(where, Quoted(key) + " must be a string");
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

Entry ReadEntry(const std::string& name, const Json& json, const std::string& file) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::string where = file + ": tensor " + Quoted(name);
  JsonFields fields(json, where);
  const DTypeRow& type = FindDType(fields.Text("dtype"), where);
  const Shape shape = fields.Integers("shape", 0, kMax);
  const std::vector<std::int64_t> offsets = fields.Integers("data_offsets", 0, kMax);
  fields.Finish();
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    Fail(where, "data_offsets must be [begin, end] with begin <= end");
  }
  std::int64_t size = type.bytes;
  for (std::int64_t extent : shape) size = CheckedMul(size, extent, where);
  if (size != offsets[1] - offsets[0]) {
    Fail(where, "shape " + ToString(shape) + " of " + std::string(type.name) + " takes " +
                    std::to_string(size) + " bytes, data_offsets span " +
                    std::to_string(offsets[1] - offsets[0]));
  }
  return {name, where, type.dtype, shape, offsets[0], offsets[1]};
}

// The tensors must cover the data exactly, so that no byte has two meanings or none.
void CheckTiling(std::vector<Entry>& entries, std::int64_t data_size, const std::string& file) {
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::int64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.begin < covered) Fail(entry.where, "overlaps another tensor");
    if (entry.begin > covered) {
      Fail(entry.where,
           "leaves a hole of " + std::to_string(entry.begin - covered) + " bytes before its data");
    }
    if (entry.end > data_size) {
      Fail(entry.where, "ends at byte " + std::to_string(entry.end) + " of " +
                            std::to_string(data_size) + " bytes of data");
    }
    covered = entry.end;
  }
  if (covered != data_size) {
    Fail(file, std::to_string(data_size - covered) + " bytes are left over behind the last tensor");
  }
}

Tensor Decode(const Entry& entry, std::string_view data) {
  Tensor tensor(entry.shape);
  DecodeToFloat(entry.dtype, data.substr(entry.begin, entry.end - entry.begin), tensor.data);
  const auto bad = std::ranges::find_if(tensor.data, [](float v) { return !std::isfinite(v); });
  if (bad != tensor.data.end()) {
    Fail(entry.where, "the value at index " + std::to_string(bad - tensor.data.begin()) +
                          " is not finite in float32");
  }
  return tensor;
}

}  // namespace

TensorFile ParseSafetensors(std::string_view bytes, const std::string& name) {
  const std::string_view header = HeaderOf(bytes, name);
  const std::string_view data = bytes.substr(kLengthBytes + header.size());

  TensorFile file;
  std::vector<Entry> entries;
  const Json json = ParseJson(header, name + ": header");
  for (const auto& [key, value] : json.items()) {
    if (key == kMetadataKey) {
      file.metadata = ReadMetadata(value, name);
    } else {
      entries.push_back(ReadEntry(key, value, name));
    }
  }
  CheckTiling(entries, static_cast<std::int64_t>(data.size()), name);
  for (const Entry& entry : entries) file.tensors.emplace(entry.name, Decode(entry, data));
  return file;
}

TensorFile ReadSafetensors(const std::filesystem::path& path) {
  return ParseSafetensors(ReadFile(path), path.string());
}

}  // namespace winnow
