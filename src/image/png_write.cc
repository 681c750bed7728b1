#include "image/png_write.h"

#include <spng.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec_exif.h"
#include "image/png_pixels.h"

namespace winnow {
namespace {

struct FreeContext {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, FreeContext>;

class HeaderWriter {
 public:
  HeaderWriter(std::ostream& out, std::string_view name)
      : name_(name), context_(spng_ctx_new(SPNG_CTX_ENCODER)) {
    Check(context_ == nullptr ? SPNG_EMEM : 0);
    Check(spng_set_png_stream(context(), Put, &out));
  }

  void SetHeader(const ImageShape& shape) {
    constexpr std::uint8_t kColourTypes[] = {
        SPNG_COLOR_TYPE_GRAYSCALE, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, SPNG_COLOR_TYPE_TRUECOLOR,
        SPNG_COLOR_TYPE_TRUECOLOR_ALPHA};
    spng_ihdr header = {};
    Check(shape.row_bytes() < UINT32_MAX ? 0 : SPNG_EOVERFLOW);  // what the compressor takes
    header.width = static_cast<std::uint32_t>(shape.width);
    header.height = static_cast<std::uint32_t>(shape.height);
    header.bit_depth = static_cast<std::uint8_t>(shape.bits);
    header.color_type = kColourTypes[shape.channels - 1];
    Check(spng_set_ihdr(context(), &header));
  }

  // Copied by libspng only when the header is encoded: `metadata` must live until then.
  void SetMetadata(ImageMetadata& metadata) {
    if (!metadata.icc.empty()) {
      spng_iccp profile = {};
      std::strcpy(profile.profile_name, "icc");
      profile.profile = metadata.icc.data();
      profile.profile_len = metadata.icc.size();
      Check(spng_set_iccp(context(), &profile));
    }
    if (HasTiffHeader(metadata.exif)) {
      spng_exif exif = {metadata.exif.size(), metadata.exif.data()};
      Check(spng_set_exif(context(), &exif));
    }
    if (!metadata.xmp.empty()) {
      static char empty[] = "";
      spng_text text = {};
      std::strcpy(text.keyword, "XML:com.adobe.xmp");
      text.type = SPNG_ITXT;
      text.text = metadata.xmp.data();
      text.length = metadata.xmp.size();
      text.language_tag = empty;
      text.translated_keyword = empty;
      Check(spng_set_text(context(), &text, 1));
    }
  }

  // All that comes before the pixels.
  void Write() { Check(spng_encode_chunks(context())); }

  // Of a stream that was written to without libspng.
  void CheckStream(const std::ostream& out) const { Check(out ? 0 : SPNG_IO_ERROR); }

 private:
  spng_ctx* context() const { return context_.get(); }

  static int Put(spng_ctx*, void* out, void* bytes, std::size_t size) {
    auto& stream = *static_cast<std::ostream*>(out);
    stream.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    return stream ? 0 : SPNG_IO_ERROR;
  }

  void Check(int status) const {
    if (status == 0) return;
    const ErrorKind kind = status == SPNG_IO_ERROR ? ErrorKind::kIo : ErrorKind::kUnsupported;
    throw Error(kind, name_ + ": cannot be written: " + spng_strerror(status));
  }

  std::string name_;
  Context context_;
};

}  // namespace

void WritePng(RowSource& rows, std::ostream& out, std::string_view name) {
  const ImageShape& shape = rows.shape();
  HeaderWriter header(out, name);
  header.SetHeader(shape);
  ImageMetadata metadata = rows.metadata();
  metadata.exif = WithExtent(std::move(metadata.exif), shape.width, shape.height);
  header.SetMetadata(metadata);
  header.Write();
  PngPixels pixels(shape, out);
  std::vector<std::uint8_t> row(shape.row_bytes());
  for (int y = 0; y < shape.height; ++y) {
    rows.Read(1, row.data());
    pixels.Put(row.data());
    header.CheckStream(out);
  }
}

}  // namespace winnow
