#include "training/checkpoint_numbers.h"

#include <charconv>
#include <cstdio>

#include "base/error.h"

namespace winnow {

void FailCorrupt(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kCorrupt, path.string() + ": " + what + "; start the run anew");
}

const std::string& Entry(const TensorFile& file, const std::string& key,
                         const std::filesystem::path& path) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) FailCorrupt(path, "lacks '" + key + "'");
  return found->second;
}

std::uint64_t ParseHex(const std::string& text, const std::string& key,
                       const std::filesystem::path& path) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 16) {
    FailCorrupt(path, "'" + key + "' is not a number");
  }
  return value;
}

std::string Hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace winnow
