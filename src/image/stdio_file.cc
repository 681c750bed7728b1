#include "image/stdio_file.h"

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace winnow {

std::shared_ptr<std::FILE> OpenForReading(const std::filesystem::path& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    throw Error(ErrorKind::kIo, path.string() + ": cannot be opened: " + std::strerror(errno));
  }
  return {file, [](std::FILE* f) { std::fclose(f); }};
}

}  // namespace winnow
