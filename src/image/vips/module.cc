// What the module lib/winnow/pictures.so exports.
#include "image/other_formats.h"
#include "image/vips/decoder.h"
#include "image/vips/encoder.h"

namespace winnow {
namespace {

class VipsFormats final : public OtherFormats {
 public:
  std::unique_ptr<PictureDecoder> Open(const std::filesystem::path& path) override {
    return OpenWithVips(path);
  }
  std::unique_ptr<PictureDecoder> Open(std::string_view bytes, const std::string& name) override {
    return OpenWithVips(bytes, name);
  }
  void Write(RowSource& rows, const std::filesystem::path& path, const PictureFormat& format,
             int quality, const std::string& name) override {
    WriteWithVips(rows, path, format, quality, name);
  }
  std::string Encode(RowSource& rows, const PictureFormat& format, int quality) override {
    return EncodeRowsWithVips(rows, format, quality);
  }
  bool CanWrite(const PictureFormat& format) override { return VipsWrites(format); }
};

}  // namespace

OtherFormats* WinnowOtherFormats() {
  static VipsFormats formats;
  return &formats;
}

}  // namespace winnow
