// Whole files in and out. Writing is all or nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace winnow {

// The whole file. Errors: kNotFound, kIo.
std::string ReadFile(const std::filesystem::path& path);

// Replaces `path` by `contents`: a temporary file beside it, fsync, rename, fsync of the folder.
// On any failure the old file is untouched and the temporary one is gone. Errors: kIo.
void WriteFile(const std::filesystem::path& path, std::string_view contents);

// For outputs of long work: finds out before it whether a file can be written at `path`, by making
// the temporary one and removing it, since permissions alone do not tell (full or read-only file
// systems, root). Errors: kIo.
void RequireWritable(const std::filesystem::path& path);

// The same as WriteFile for writers that need a file name: `write` is called with the temporary
// path, which keeps the extension of `path`; when it returns the file is synced and renamed, when
// it throws it is removed.
void WriteFileWith(const std::filesystem::path& path,
                   const std::function<void(const std::filesystem::path&)>& write);

}  // namespace winnow
