#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "image/codec.h"
#include "image/codec_formats.h"
#include "image/jpeg_write.h"
#include "image/other_formats.h"
#include "image/png_write.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

const PictureFormat& FindFormat(const std::string& name) {
  for (const PictureFormat& format : kPictureFormats) {
    if (format.name == name) return format;
  }
  const std::string known = Join(kPictureFormats, &PictureFormat::name);
  throw Error(ErrorKind::kInvalidArgument,
              name.empty() ? "the file extension names no picture format; give one of " + known
                           : "unknown picture format \"" + name + "\"; there are " + known);
}

int FindQuality(const WriteOptions& options, const PictureFormat& format) {
  const int quality = options.quality.value_or(format.quality);
  if (options.quality && (quality < 1 || quality > 100)) {
    throw Error(ErrorKind::kInvalidArgument,
                "quality " + std::to_string(quality) + " is outside 1..100");
  }
  return quality;
}

void RequireHolds(const ImageShape& shape, const PictureFormat& format) {
  const int extent = std::max(shape.width, shape.height);
  if (extent < 1) throw Error(ErrorKind::kInvalidArgument, "an empty picture cannot be written");
  if (shape.bits == 32) {
    throw Error(ErrorKind::kUnsupported,
                "float pictures cannot be written to files; make them 8 or 16 bit");
  }
  if (format.max_extent != 0 && extent > format.max_extent) {
    throw Error(ErrorKind::kUnsupported,
                std::string(format.name) + " holds at most " + std::to_string(format.max_extent) +
                    " pixels a side, not " + std::to_string(extent) + "; choose another format");
  }
}

// Others are left to libvips.
bool IsWrittenHere(const PictureFormat& format) {
  return format.name == "png" || format.name == "jpeg";
}

void WriteHere(RowSource& rows, const PictureFormat& format, int quality, std::ostream& out,
               std::string_view name) {
  if (format.name == "png") return WritePng(rows, out, name);
  WriteJpeg(rows, quality, out, name);
}

void WriteFileHere(RowSource& rows, const PictureFormat& format, int quality,
                   const fs::path& temporary, const std::string& name) {
  const auto require = [&](const std::ofstream& out) {
    if (out) return;
    throw Error(ErrorKind::kIo, name + ": cannot be written: " + std::strerror(errno));
  };
  errno = 0;
  std::ofstream out(temporary, std::ios::binary);
  require(out);
  WriteHere(rows, format, quality, out, name);
  out.close();
  require(out);
}

}  // namespace

void WriteImage(RowSource& rows, const fs::path& path, const WriteOptions& options) {
  const std::string format_name = options.format.empty() ? FormatOfExtension(path) : options.format;
  const PictureFormat& format = FindFormat(format_name);
  const int quality = FindQuality(options, format);
  RequireHolds(rows.shape(), format);
  WriteFileWith(path, [&](const fs::path& temporary) {
    if (IsWrittenHere(format)) {
      return WriteFileHere(rows, format, quality, temporary, path.string());
    }
    LoadOtherFormats().Write(rows, temporary, format, quality, path.string());
  });
}

void WriteImage(const Image& image, const fs::path& path, const WriteOptions& options) {
  ImageRows rows(image);
  WriteImage(rows, path, options);
}

std::string EncodeImage(RowSource& rows, const WriteOptions& options) {
  const PictureFormat& format = FindFormat(options.format);
  const int quality = FindQuality(options, format);
  RequireHolds(rows.shape(), format);
  if (IsWrittenHere(format)) {
    std::ostringstream out;
    WriteHere(rows, format, quality, out, format.name);
    return std::move(out).str();
  }
  return LoadOtherFormats().Encode(rows, format, quality);
}

std::string EncodeImage(const Image& image, const WriteOptions& options) {
  ImageRows rows(image);
  return EncodeImage(rows, options);
}

std::string FormatOfExtension(const fs::path& path) {
  std::string extension = path.extension().string();
  if (extension.size() < 2) return {};
  for (char& c : extension) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const PictureFormat& format : kPictureFormats) {
    if (format.extensions.find(extension + ".") != std::string_view::npos) {
      return std::string(format.name);
    }
  }
  return {};
}

bool CanWrite(const std::string& name) {
  const PictureFormat& format = FindFormat(name);
  return IsWrittenHere(format) || LoadOtherFormats().CanWrite(format);
}

}  // namespace winnow
