#include "image/vips/encoder.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/error.h"
#include "image/vips/attach_exif.h"
#include "image/vips/feed.h"
#include "image/vips/jxl.h"
#include "image/vips/modules.h"
#include "image/vips/start.h"

namespace winnow {
namespace {

// What the format cannot hold is given up: 16 bit rounded to 8. Lazy, row by row.
VipsPtr<VipsImage> Reduced(VipsImage* from, const PictureFormat& format) {
  VipsImage* out = nullptr;
  vips_copy(from, &out, nullptr);  // a header of its own, for the metadata
  VipsPtr<VipsImage> image = CheckedVips(out);
  if (!format.deep && image->BandFmt == VIPS_FORMAT_USHORT) {
    vips_linear1(image.get(), &out, 1.0 / 257, 0.5, "uchar", TRUE, nullptr);
    image = CheckedVips(out);
    vips_copy(image.get(), &out, "interpretation", InterpretationOf(image->Bands, 8), nullptr);
    image = CheckedVips(out);
  }
  return image;
}

void AttachMetadata(const ImageMetadata& metadata, VipsImage* image) {
  const auto attach = [&](const char* field, const std::string& bytes) {
    if (!bytes.empty()) vips_image_set_blob_copy(image, field, bytes.data(), bytes.size());
  };
  attach(VIPS_META_ICC_NAME, metadata.icc);
  attach(VIPS_META_XMP_NAME, metadata.xmp);
  if (!metadata.exif.empty()) AttachExif(metadata.exif, image);
  vips_image_set_int(image, VIPS_META_ORIENTATION, 1);
}

// 0 or -1, as libvips reports it. `strip`: write no metadata, not even what libvips would make up.
int Save(VipsImage* image, VipsTarget* target, const PictureFormat& format, int quality,
         bool strip) {
  const gboolean lossless = quality == 100;
  if (format.name == "webp") {
    return vips_webpsave_target(image, target, "Q", quality, "lossless", lossless,
                                "smart_subsample", quality >= 90, "strip", strip, nullptr);
  }
  if (format.name == "tiff") {
    constexpr std::uint64_t kClassicTiff = 3'900'000'000;  // offsets of 32 bits, less some room
    return vips_tiffsave_target(image, target, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                                "bigtiff", VIPS_IMAGE_SIZEOF_IMAGE(image) > kClassicTiff, "strip",
                                strip, nullptr);
  }
  if (format.name == "jxl") {
    return vips_jxlsave_target(image, target, "Q", quality, "lossless", lossless, "effort", 5,
                               "strip", strip, nullptr);
  }
  const bool av1 = format.name == "avif";
  const int deep = av1 ? 12 : 10;
  return vips_heifsave_target(
      image, target, "compression",
      av1 ? VIPS_FOREIGN_HEIF_COMPRESSION_AV1 : VIPS_FOREIGN_HEIF_COMPRESSION_HEVC, "Q", quality,
      "lossless", lossless, "effort", 3, "bitdepth", image->BandFmt == VIPS_FORMAT_UCHAR ? 8 : deep,
      "subsample_mode", quality >= 90 ? VIPS_FOREIGN_SUBSAMPLE_OFF : VIPS_FOREIGN_SUBSAMPLE_ON,
      "strip", strip, nullptr);
}

std::string MemoryOf(VipsTarget* target) {
  VipsBlob* blob = nullptr;
  g_object_get(target, "blob", &blob, nullptr);
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string bytes(static_cast<const char*>(data), size);
  vips_area_unref(VIPS_AREA(blob));
  return bytes;
}

// As Save, with the metadata that libvips leaves out; the codestream is held in memory for that.
int SaveJxl(VipsImage* image, VipsTarget* target, const PictureFormat& format, int quality,
            const ImageMetadata& metadata) {
  const VipsPtr<VipsTarget> memory(vips_target_new_to_memory());
  if (Save(image, memory.get(), format, quality, false) != 0) return -1;
  const std::string codestream = MemoryOf(memory.get());
  const bool bare = codestream.starts_with("\xff\x0a");
  const std::string file = bare ? WithJxlBoxes(codestream, metadata) : codestream;
  return vips_target_write(target, file.data(), file.size()) != 0 || vips_target_end(target) != 0
             ? -1
             : 0;
}

bool TryToWrite(const PictureFormat& format) {
  LoadVipsModule(format.name);
  if (vips_type_find("VipsForeignSave", std::string(format.saver).c_str()) == 0) return false;
  // The encoder of a format may be a plug-in of a plug-in: only trying tells.
  const VipsPtr<VipsTarget> target(vips_target_new_to_memory());
  const Image image(16, 16, 3);
  ImageRows rows(image);
  const RowFeed feed(rows);
  const bool wrote =
      Save(feed.image(), target.get(), format, std::max(format.quality, 1), true) == 0;
  vips_error_clear();
  return wrote;
}

[[noreturn]] void FailToWrite(const std::string& name, const std::string& reason) {
  throw Error(ErrorKind::kIo, name + ": cannot be written: " + reason);
}

void SaveTo(VipsTarget* target, RowSource& rows, const PictureFormat& format, int quality,
            const std::string& name) {
  const RowFeed feed(rows);
  const auto reduced = Reduced(feed.image(), format);
  const ImageMetadata& metadata = rows.metadata();
  const bool strip = metadata == ImageMetadata{};
  AttachMetadata(metadata, reduced.get());
  const int failed = format.name == "jxl" && !strip
                         ? SaveJxl(reduced.get(), target, format, quality, metadata)
                         : Save(reduced.get(), target, format, quality, strip);
  const std::string reason = failed == 0 ? "" : TakeVipsError();
  feed.Rethrow();
  if (failed == 0) return;
  if (!VipsWrites(format)) {
    throw Error(ErrorKind::kUnsupported, name + ": this build of libvips has no encoder for " +
                                             std::string(format.name) + ": " + reason);
  }
  FailToWrite(name, reason);
}

}  // namespace

void WriteWithVips(RowSource& rows, const std::filesystem::path& path, const PictureFormat& format,
                   int quality, const std::string& name) {
  LoadVipsModule(format.name);
  const VipsPtr<VipsTarget> target(vips_target_new_to_file(path.c_str()));
  if (target == nullptr) FailToWrite(name, TakeVipsError());
  SaveTo(target.get(), rows, format, quality, name);
}

std::string EncodeRowsWithVips(RowSource& rows, const PictureFormat& format, int quality) {
  LoadVipsModule(format.name);
  const VipsPtr<VipsTarget> target(vips_target_new_to_memory());
  SaveTo(target.get(), rows, format, quality, std::string(format.name));
  return MemoryOf(target.get());
}

bool VipsWrites(const PictureFormat& format) {
  static std::mutex mutex;
  static std::map<std::string_view, bool> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(format.name);
  if (found != known.end()) return found->second;
  return known[format.name] = TryToWrite(format);
}

}  // namespace winnow
