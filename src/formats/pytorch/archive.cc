#include "formats/pytorch/archive.h"

#include <zip.h>

#include <memory>

#include "base/error.h"
#include "formats/strict_json.h"

namespace winnow::pytorch {
namespace {

[[noreturn]] void Corrupt(const std::string& where, const std::string& problem) {
  throw Error(ErrorKind::kCorrupt, where + ": " + problem);
}

struct Close {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Close>;
using Entry = std::unique_ptr<zip_file_t, Close>;

Archive Open(std::string_view bytes, const std::string& where) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (archive == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    zip_source_free(source);
    zip_error_fini(&error);
    Corrupt(where, "is a broken zip file (" + reason + ")");
  }
  zip_error_fini(&error);
  return Archive(archive);
}

std::string ReadEntry(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat,
                      const std::string& where) {
  const bool checked = (stat.valid & ZIP_STAT_CRC) != 0 && stat.crc != 0;
  std::string contents(stat.size, '\0');
  // What is stored is read as it is, unchecked, by this flag.
  const Entry entry(zip_fopen_index(archive, index, checked ? 0 : ZIP_FL_COMPRESSED));
  if (!entry ||
      zip_fread(entry.get(), contents.data(), stat.size) != static_cast<zip_int64_t>(stat.size)) {
    Corrupt(where, "cannot be read from its zip file");
  }
  // Sums are compared where the file ends, which only a further read meets.
  char behind;
  if (checked && zip_fread(entry.get(), &behind, 1) != 0) {
    Corrupt(where, "does not have the checksum that its zip file states; get the file again");
  }
  return contents;
}

}  // namespace

std::map<std::string, std::string> ReadArchive(std::string_view bytes, const std::string& where) {
  const Archive archive = Open(bytes, where);
  std::map<std::string, std::string> files;
  std::uint64_t total = 0;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_stat_index(archive.get(), index, 0, &stat) != 0) Corrupt(where, "is a broken zip file");
    const std::string full = stat.name;
    const std::string entry = where + ": " + Quoted(full);
    const std::size_t slash = full.find('/');
    const std::string name = slash == std::string::npos ? full : full.substr(slash + 1);
    const bool wanted = name == "data.pkl" || name == "byteorder" || name.starts_with("data/");
    if (!wanted) {
      files.emplace(name, "");
      continue;
    }
    if (stat.comp_method != ZIP_CM_STORE) {
      throw Error(ErrorKind::kUnsupported,
                  entry + " is compressed, which torch.save never does; save the weights again");
    }
    // Stored files cannot hold more than the archive does.
    if (stat.size > bytes.size() || (total += stat.size) > bytes.size()) {
      Corrupt(entry, "is larger than the archive");
    }
    if (!files.emplace(name, ReadEntry(archive.get(), index, stat, entry)).second) {
      Corrupt(entry, "exists twice");
    }
  }
  return files;
}

}  // namespace winnow::pytorch
