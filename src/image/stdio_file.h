// Files as C libraries read them.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

namespace winnow {

// Closed with the last copy. Errors: kIo.
std::shared_ptr<std::FILE> OpenForReading(const std::filesystem::path& path);

}  // namespace winnow
