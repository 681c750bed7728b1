#include "image/folders.h"

#include <algorithm>

#include "base/error.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// In name order.
std::vector<fs::directory_entry> EntriesOf(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  try {
    entries.assign(fs::directory_iterator(folder), fs::directory_iterator());
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::kIo, folder.string() + ": " + error.code().message());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool HoldsPair(const fs::path& folder, const std::string& input) {
  std::error_code ignored;
  return fs::is_directory(folder / input, ignored) && fs::is_directory(folder / "sharp", ignored);
}

}  // namespace

std::vector<fs::path> PicturesIn(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw Error(ErrorKind::kNotFound, folder.string() + ": no such folder");
  }
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : EntriesOf(folder)) {
    if (entry.is_regular_file(ignored) && !FormatOfExtension(entry.path()).empty()) {
      files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    throw Error(ErrorKind::kInvalidArgument, folder.string() + ": no picture in this folder");
  }
  return files;
}

std::vector<FolderPair> FindDeblurringPairs(const fs::path& folder, const std::string& input) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return {};
  if (HoldsPair(folder, input)) return {{folder / input, folder / "sharp", ""}};
  std::vector<FolderPair> pairs;
  for (const fs::directory_entry& entry : EntriesOf(folder)) {
    const fs::path& path = entry.path();
    if (!HoldsPair(path, input)) continue;
    pairs.push_back({path / input, path / "sharp", path.filename().string()});
  }
  return pairs;
}

}  // namespace winnow
