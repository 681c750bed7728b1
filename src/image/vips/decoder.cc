#include "image/vips/decoder.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "image/vips/open.h"
#include "image/vips/start.h"

namespace winnow {
namespace {

std::string Blob(VipsImage* image, const char* field) {
  const void* data = nullptr;
  std::size_t size = 0;
  if (vips_image_get_typeof(image, field) == 0) return {};
  if (vips_image_get_blob(image, field, &data, &size) != 0) {
    vips_error_clear();
    return {};
  }
  return std::string(static_cast<const char*>(data), size);
}

class VipsDecoder final : public PictureDecoder {
 public:
  VipsDecoder(VipsPtr<VipsSource> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)) {
    Open();
  }

  // The decoder runs on the thread that calls, as far as the rows need it.
  void Read(int count, std::uint8_t* rows) override {
    constexpr int kRowsAtOnce = 128;
    VipsImage* const image = opened_.image.get();
    const VipsPtr<VipsRegion> region(vips_region_new(image));
    const std::size_t row = stored_.row_bytes();
    for (const int end = next_ + count; next_ < end;) {
      const VipsRect rect = {0, next_, image->Xsize, std::min(kRowsAtOnce, end - next_)};
      if (vips_region_prepare(region.get(), &rect) != 0) FailCorrupt(name_);
      for (int i = 0; i < rect.height; ++i, ++next_) {
        rows = std::copy_n(VIPS_REGION_ADDR(region.get(), 0, next_), row, rows);
      }
    }
  }

  void Restart() override {
    opened_.image.reset();  // before another decoder takes over its source
    Open();
  }

 private:
  void Open() {
    opened_ = OpenPicture(source_.get(), name_);
    next_ = 0;
    VipsImage* const image = opened_.image.get();
    stored_ = {image->Xsize, image->Ysize, image->Bands,
               image->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16};
    orientation_ = opened_.orientation;
    format_ = opened_.format;
    metadata_ = opened_.boxes;
    if (opened_.profile_holds) metadata_.icc = Blob(image, VIPS_META_ICC_NAME);
    if (metadata_.exif.empty()) metadata_.exif = Blob(image, VIPS_META_EXIF_NAME);
    if (metadata_.xmp.empty()) metadata_.xmp = Blob(image, VIPS_META_XMP_NAME);
  }

  VipsPtr<VipsSource> source_;
  std::string name_;
  OpenedPicture opened_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<PictureDecoder> OpenWithVips(const std::filesystem::path& path) {
  StartVips();
  VipsPtr<VipsSource> source(vips_source_new_from_file(path.c_str()));
  if (source == nullptr) {
    throw Error(ErrorKind::kIo, path.string() + ": cannot be opened: " + TakeVipsError());
  }
  return std::make_unique<VipsDecoder>(std::move(source), path.string());
}

std::unique_ptr<PictureDecoder> OpenWithVips(std::string_view bytes, const std::string& name) {
  StartVips();
  VipsPtr<VipsSource> source(vips_source_new_from_memory(bytes.data(), bytes.size()));
  return std::make_unique<VipsDecoder>(std::move(source), name);
}

}  // namespace winnow
