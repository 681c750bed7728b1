#include "image/vips/attach_exif.h"

#include <string_view>

#include "image/codec_exif.h"

namespace winnow {
namespace {

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
