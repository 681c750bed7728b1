#include "image/vips/jxl.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace winnow {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view kSignature = "\0\0\0\x0cJXL \r\n\x87\n"sv;

std::uint64_t BigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

// The next `size` bytes of `source`, or fewer at its end.
std::string Read(VipsSource* source, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const gint64 count = vips_source_read(source, bytes.data() + filled, size - filled);
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

// size type payload; a size of 1 stands for a longer size behind the type, 0 for "to the end of the
// file".
struct BoxHeader {
  std::string type;
  std::uint64_t payload = 0;
};

bool NextBox(VipsSource* source, BoxHeader& box) {
  const std::string header = Read(source, 8);
  if (header.size() < 8) return false;
  box.type = header.substr(4);
  std::uint64_t size = BigEndian(header.substr(0, 4));
  std::uint64_t used = 8;
  if (size == 1) {
    size = BigEndian(Read(source, 8));
    used = 16;
  }
  box.payload = size - used;
  return size >= used;  // 0 is the last box: nothing lies behind it
}

bool Skip(VipsSource* source, const BoxHeader& box) {
  return box.payload <= G_MAXINT64 &&
         vips_source_seek(source, static_cast<gint64>(box.payload), SEEK_CUR) >= 0;
}

std::string ReadPayload(VipsSource* source, const BoxHeader& box) {
  constexpr std::uint64_t kMostBytes = 1 << 24;  // more than metadata ever is: the size is damaged
  return Read(source, std::min(box.payload, kMostBytes));
}

// An Exif box begins with the offset of the TIFF structure behind these four bytes.
std::string TiffOf(const std::string& payload) {
  if (payload.size() < 4) return {};
  const std::uint64_t start = 4 + BigEndian(payload.substr(0, 4));
  return start < payload.size() ? payload.substr(start) : std::string();
}

std::string Header(std::string_view type, std::uint32_t size) {
  std::string header;
  for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(size >> shift & 255);
  return header + std::string(type);
}

std::string Box(std::string_view type, const std::string& payload) {
  return Header(type, static_cast<std::uint32_t>(payload.size() + 8)) + payload;
}

}  // namespace

ImageMetadata ReadJxlBoxes(VipsSource* source) {
  ImageMetadata metadata;
  BoxHeader box;
  if (vips_source_rewind(source) == 0 && Read(source, kSignature.size()) == kSignature) {
    while (NextBox(source, box)) {
      if (box.type == "xml ") {
        metadata.xmp = ReadPayload(source, box);
      } else if (box.type == "Exif") {
        metadata.exif = TiffOf(ReadPayload(source, box));
      } else if (!Skip(source, box)) {
        break;
      }
    }
  }
  vips_error_clear();
  vips_source_rewind(source);
  return metadata;
}

std::string WithJxlBoxes(const std::string& codestream, const ImageMetadata& metadata) {
  std::string file(kSignature);
  file += Box("ftyp", "jxl \0\0\0\0jxl "s);
  if (!metadata.exif.empty()) file += Box("Exif", "\0\0\0\0"s + metadata.exif);
  if (!metadata.xmp.empty()) file += Box("xml ", metadata.xmp);
  return file + Header("jxlc", 0) + codestream;  // 0: to the end of the file
}

}  // namespace winnow
