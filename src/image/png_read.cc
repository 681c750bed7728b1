#include "image/png_read.h"

#include <spng.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "image/codec_exif.h"
#include "image/stdio_file.h"

namespace winnow {
namespace {

constexpr std::size_t kMostChunkBytes = std::size_t{64} << 20;  // of metadata, each and together

struct FreeContext {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, FreeContext>;

// Sets the source of a context, from its first byte.
using SetSource = std::function<int(spng_ctx*)>;

class PngDecoder final : public PictureDecoder {
 public:
  PngDecoder(SetSource set_source, std::string name)
      : set_source_(std::move(set_source)), name_(std::move(name)) {
    format_ = "png";
    Restart();
  }

  void Read(int count, std::uint8_t* rows) override {
    if (interlaced_ && !held_) Hold();
    const std::size_t row = stored_.row_bytes();
    for (; count > 0; --count, ++next_, rows += row) {
      if (held_) {
        std::copy_n(held_->data() + next_ * row, row, rows);
      } else {
        DecodeRow(rows);
      }
    }
  }

  void Restart() override {
    context_.reset(spng_ctx_new(0));
    Check(context_ == nullptr ? SPNG_EMEM : 0);
    Check(spng_set_chunk_limits(context(), kMostChunkBytes, kMostChunkBytes));
    Check(set_source_(context()));
    ReadHeader();
    ReadMetadata();
    held_.reset();
    next_ = 0;
  }

 private:
  spng_ctx* context() const { return context_.get(); }

  void Check(int status) const {
    if (status == 0) return;
    throw Error(ErrorKind::kCorrupt,
                name_ + ": the picture is damaged or cut short: " + spng_strerror(status));
  }

  // Whether the file has what was asked for.
  bool Has(int status) const {
    if (status != SPNG_ECHUNKAVAIL) Check(status);
    return status == 0;
  }

  void ReadHeader() {
    spng_ihdr header = {};
    Check(spng_get_ihdr(context(), &header));
    spng_trns transparent = {};
    const bool has_transparent = Has(spng_get_trns(context(), &transparent));
    const bool palette = header.color_type == SPNG_COLOR_TYPE_INDEXED;
    const bool grey = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE ||
                      header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    const bool alpha = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                       header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
    const bool deep = header.bit_depth == 16;
    stored_ = {static_cast<int>(header.width), static_cast<int>(header.height),
               (grey ? 1 : 3) + (alpha || has_transparent ? 1 : 0), deep ? 16 : 8};
    interlaced_ = header.interlace_method != SPNG_INTERLACE_NONE;
    flags_ = has_transparent ? SPNG_DECODE_TRNS : 0;
    sample_format_ = SPNG_FMT_PNG;  // as stored, in the byte order of the machine
    if (has_transparent && grey) {
      sample_format_ = deep ? SPNG_FMT_GA16 : SPNG_FMT_GA8;
    } else if (has_transparent) {
      sample_format_ = deep ? SPNG_FMT_RGBA16 : SPNG_FMT_RGBA8;
    } else if (palette) {
      sample_format_ = SPNG_FMT_RGB8;
    } else if (header.bit_depth < 8) {
      sample_format_ = SPNG_FMT_G8;
    }
  }

  void ReadMetadata() {
    metadata_ = {};
    spng_iccp profile = {};
    if (Has(spng_get_iccp(context(), &profile))) {
      metadata_.icc.assign(profile.profile, profile.profile_len);
    }
    spng_exif exif = {};
    if (Has(spng_get_exif(context(), &exif))) metadata_.exif.assign(exif.data, exif.length);
    orientation_ = ExifOrientation(metadata_.exif);
    std::uint32_t count = 0;
    if (!Has(spng_get_text(context(), nullptr, &count))) return;
    std::vector<spng_text> texts(count);
    Check(spng_get_text(context(), texts.data(), &count));
    for (const spng_text& text : texts) {
      if (std::strcmp(text.keyword, "XML:com.adobe.xmp") == 0) {
        metadata_.xmp.assign(text.text, text.length);
      }
    }
  }

  void DecodeRow(std::uint8_t* row) {
    if (next_ == 0) {
      Check(spng_decode_image(context(), nullptr, 0, sample_format_,
                              flags_ | SPNG_DECODE_PROGRESSIVE));
    }
    const int status = spng_decode_row(context(), row, stored_.row_bytes());
    const bool last = next_ + 1 == stored_.height;
    Check(last && status == SPNG_EOI ? 0 : status);
  }

  void Hold() {
    held_.emplace(stored_.row_bytes() * stored_.height);
    Check(spng_decode_image(context(), held_->data(), held_->size(), sample_format_, flags_));
  }

  SetSource set_source_;
  std::string name_;
  Context context_;
  int sample_format_ = SPNG_FMT_PNG;
  int flags_ = 0;
  bool interlaced_ = false;
  std::optional<std::vector<std::uint8_t>> held_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<PictureDecoder> OpenPng(const std::filesystem::path& path) {
  const std::shared_ptr<std::FILE> file = OpenForReading(path);
  const auto from_start = [file](spng_ctx* context) {
    std::rewind(file.get());
    return spng_set_png_file(context, file.get());
  };
  return std::make_unique<PngDecoder>(from_start, path.string());
}

std::unique_ptr<PictureDecoder> OpenPng(std::string_view bytes, const std::string& name) {
  const auto from_start = [bytes](spng_ctx* context) {
    return spng_set_png_buffer(context, bytes.data(), bytes.size());
  };
  return std::make_unique<PngDecoder>(from_start, name);
}

}  // namespace winnow
