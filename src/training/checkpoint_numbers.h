// Numbers in the string map of a checkpoint, bit for bit.
#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>

#include "formats/safetensors.h"

namespace winnow {

// Error kCorrupt saying what is wrong with `path`.
[[noreturn]] void FailCorrupt(const std::filesystem::path& path, const std::string& what);

// The text under `key`. Error kCorrupt where there is none.
const std::string& Entry(const TensorFile& file, const std::string& key,
                         const std::filesystem::path& path);

// 16 hexadecimal digits.
std::string Hex(std::uint64_t value);
std::uint64_t ParseHex(const std::string& text, const std::string& key,
                       const std::filesystem::path& path);

// T is std::int64_t, std::uint64_t or double.
template <typename T>
void PutNumber(const std::string& key, T value, TensorFile& file) {
  file.metadata[key] = Hex(std::bit_cast<std::uint64_t>(value));
}

template <typename T>
void TakeNumber(const TensorFile& file, const std::string& key, const std::filesystem::path& path,
                T& value) {
  value = std::bit_cast<T>(ParseHex(Entry(file, key, path), key, path));
}

}  // namespace winnow
