#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const fs::path& path, const char* action) {
  const int code = errno;
  throw Error(code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
              path.string() + ": cannot " + action + ": " + std::strerror(code));
}

void Sync(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) Fail(path, "open for syncing");
  const int result = ::fsync(fd);
  ::close(fd);
  if (result != 0) Fail(path, "sync");
}

// Beside the target, hidden, unique to the process, with the target's extension last.
fs::path TemporaryPath(const fs::path& path) {
  static std::atomic<int> counter = 0;
  std::ostringstream name;
  name << "." << path.stem().string() << "." << ::getpid() << "." << counter++ << ".tmp"
       << path.extension().string();
  return path.parent_path() / name.str();
}

fs::path FolderOf(const fs::path& path) {
  return path.parent_path().empty() ? fs::path(".") : path.parent_path();
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) {
    throw Error(ErrorKind::kIo, path.string() + ": is a folder, not a file");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) Fail(path, "open");
  std::ostringstream contents;  // takes the buffer in large pieces, pipes included
  if (in.peek() != std::ifstream::traits_type::eof()) contents << in.rdbuf();
  if (in.bad() || !contents) Fail(path, "read");
  return std::move(contents).str();
}

void RequireWritable(const fs::path& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) {
    throw Error(ErrorKind::kIo, path.string() + ": is a folder, not a file");
  }
  const fs::path probe = TemporaryPath(path);
  const int fd = ::open(probe.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int code = errno;
    const fs::path folder = FolderOf(path);
    throw Error(ErrorKind::kIo, folder.string() + ": cannot write here: " + std::strerror(code) +
                                    (fs::exists(folder, ec) ? "" : "; make the folder first"));
  }
  ::close(fd);
  ::unlink(probe.c_str());
}

void WriteFileWith(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  const fs::path temporary = TemporaryPath(path);
  try {
    write(temporary);
    Sync(temporary, O_RDONLY);
    if (::rename(temporary.c_str(), path.c_str()) != 0) Fail(path, "rename into place");
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
  Sync(FolderOf(path), O_RDONLY | O_DIRECTORY);
}

void WriteFile(const fs::path& path, std::string_view contents) {
  WriteFileWith(path, [&](const fs::path& temporary) {
    errno = 0;
    std::ofstream out(temporary, std::ios::binary);
    if (!out) Fail(path, "write");
    out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
    out.close();
    if (!out) Fail(path, "write");
  });
}

}  // namespace winnow
