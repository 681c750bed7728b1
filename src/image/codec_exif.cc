#include "image/codec_exif.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace winnow {
namespace {

// Numbers in a TIFF structure, in its own byte order.
class TiffView {
 public:
  explicit TiffView(std::string_view bytes) : bytes_(bytes), big_(bytes.starts_with("MM")) {}

  bool big_endian() const { return big_; }
  bool Holds(std::size_t at, std::size_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }
  // `size` bytes at `at`, which it must hold.
  std::uint32_t Number(std::size_t at, int size) const {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes_[at + (big_ ? i : size - 1 - i)]);
      value = value << 8 | byte;
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_;
};

bool HasTiffHeader(const std::string& exif) {
  return exif.size() >= 8 && (exif.starts_with("II") || exif.starts_with("MM"));
}

// Where the value of the orientation tag stands in the first directory.
std::optional<std::size_t> FindOrientation(const std::string& exif) {
  constexpr std::uint32_t kTag = 0x0112;
  constexpr std::uint32_t kShort = 3;
  if (!HasTiffHeader(exif)) return std::nullopt;
  const TiffView view(exif);
  const std::size_t directory = view.Number(4, 4);
  if (!view.Holds(directory, 2)) return std::nullopt;
  const std::size_t entries = view.Number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (!view.Holds(entry, 12)) return std::nullopt;
    if (view.Number(entry, 2) == kTag && view.Number(entry + 2, 2) == kShort) return entry + 8;
  }
  return std::nullopt;
}

// A RIFF chunk: tag, little-endian size, data, padding to even.
std::string Chunk(std::string_view tag, const std::string& data) {
  std::string chunk(tag);
  for (int shift = 0; shift < 32; shift += 8) {
    chunk += static_cast<char>(data.size() >> shift & 255);
  }
  chunk += data;
  if (data.size() % 2 != 0) chunk += '\0';
  return chunk;
}

// A WebP picture of one pixel that carries `exif`.
std::string Carrier(const std::string& exif) {
  using namespace std::string_literals;
  const std::string features = "\x08\0\0\0\0\0\0\0\0\0"s;  // has EXIF; 1x1
  const std::string pixel = "\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07"s;
  return Chunk("RIFF",
               "WEBP" + Chunk("VP8X", features) + Chunk("VP8L", pixel) + Chunk("EXIF", exif));
}

void* CopyExifField(VipsImage* carrier, const char* name, GValue* value, void* image) {
  const std::string_view field = name;
  // The thumbnail shows the picture as it was, perhaps on its side: "jpeg-thumbnail-data" stays
  // behind.
  if (field.starts_with("exif-") || field == VIPS_META_RESOLUTION_UNIT) {
    vips_image_set(static_cast<VipsImage*>(image), name, value);
  }
  return nullptr;
}

}  // namespace

std::string WithoutExifMarker(std::string exif) {
  constexpr std::string_view kMarker("Exif\0\0", 6);
  if (exif.starts_with(kMarker)) exif.erase(0, kMarker.size());
  return exif;
}

int ExifOrientation(const std::string& exif) {
  const auto at = FindOrientation(exif);
  if (!at) return 1;
  const std::uint32_t value = TiffView(exif).Number(*at, 2);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::string WithUprightOrientation(std::string exif) {
  if (const auto at = FindOrientation(exif)) {
    const bool big = TiffView(exif).big_endian();
    exif[*at] = big ? 0 : 1;
    exif[*at + 1] = big ? 1 : 0;
  }
  return exif;
}

// The savers rebuild EXIF from the single tags in the image header and drop every tag that is not
// there, so the raw block alone would be emptied. Only loaders take a block apart: a picture of one
// pixel is loaded for that.
void AttachExif(const std::string& exif, VipsImage* image) {
  constexpr std::size_t kMostBytes = 1 << 23;  // libvips refuses to save more
  if (!HasTiffHeader(exif) || exif.size() > kMostBytes) return;
  const std::string bytes = Carrier(exif);
  VipsPtr<VipsImage> carrier(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr));
  if (carrier == nullptr) {
    vips_error_clear();
    return;
  }
  vips_image_map(carrier.get(), CopyExifField, image);
  image->Xres = carrier->Xres;
  image->Yres = carrier->Yres;
}

}  // namespace winnow
