#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "base/error.h"
#include "image/codec.h"
#include "image/codec_exif.h"
#include "image/codec_open.h"
#include "image/codec_vips.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "16-bit samples are exchanged as bytes");

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

void RequirePixels(const OpenedPicture& opened, const std::string& name, std::int64_t max_pixels) {
  const std::int64_t width = opened.image->Xsize;
  const std::int64_t height = opened.image->Ysize;
  if (width * height > max_pixels) {
    throw Error(ErrorKind::kOutOfBudget,
                name + ": " + std::to_string(width) + "x" + std::to_string(height) + " are " +
                    std::to_string(width * height) + " pixels, and at most " +
                    std::to_string(max_pixels) + " are allowed; raise the limit to read it");
  }
}

// Undoes an EXIF orientation: 2, 3, 4 flip, 5 to 8 transpose and flip.
Image Upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const bool transposed = orientation >= 5;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const std::ptrdiff_t pixel = image.channels() * (image.bits() / 8);
  const std::ptrdiff_t row = pixel * image.width();
  Image result(transposed ? image.height() : image.width(),
               transposed ? image.width() : image.height(), image.channels(), image.bits());
  const std::uint8_t* origin =
      image.data() + (flip_x ? row - pixel : 0) + (flip_y ? row * (image.height() - 1) : 0);
  const std::ptrdiff_t along_x = flip_x ? -pixel : pixel;
  const std::ptrdiff_t along_y = flip_y ? -row : row;
  std::uint8_t* to = result.data();
  for (int y = 0; y < result.height(); ++y) {
    const std::uint8_t* from = origin + y * (transposed ? along_x : along_y);
    for (int x = 0; x < result.width(); ++x, to += pixel) {
      std::memcpy(to, from, pixel);
      from += transposed ? along_y : along_x;
    }
  }
  return result;
}

ImageShape StoredShape(const OpenedPicture& opened) {
  const VipsImage* image = opened.image.get();
  return {image->Xsize, image->Ysize, image->Bands, image->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16};
}

ImageShape UprightShape(const OpenedPicture& opened) {
  ImageShape shape = StoredShape(opened);
  if (opened.orientation >= 5) std::swap(shape.width, shape.height);
  return shape;
}

// The decoder runs on the thread that calls, as far as the rows need it.
void DecodeRows(const OpenedPicture& opened, const std::string& name, int top, int count,
                std::uint8_t* rows) {
  constexpr int kRowsAtOnce = 128;
  VipsImage* image = opened.image.get();
  const VipsPtr<VipsRegion> region(vips_region_new(image));
  const std::size_t row = StoredShape(opened).row_bytes();
  for (int y = top; y < top + count; y += kRowsAtOnce) {
    const VipsRect rect = {0, y, image->Xsize, std::min(kRowsAtOnce, top + count - y)};
    if (vips_region_prepare(region.get(), &rect) != 0) FailCorrupt(name);
    for (int i = 0; i < rect.height; ++i) {
      rows = std::copy_n(VIPS_REGION_ADDR(region.get(), 0, y + i), row, rows);
    }
  }
}

Image DecodeUpright(const OpenedPicture& opened, const std::string& name) {
  const ImageShape shape = StoredShape(opened);
  Image image(shape.width, shape.height, shape.channels, shape.bits);
  DecodeRows(opened, name, 0, shape.height, image.data());
  return Upright(std::move(image), opened.orientation);
}

ImageMetadata MetadataOf(const OpenedPicture& opened) {
  ImageMetadata metadata = opened.boxes;
  VipsImage* header = opened.image.get();
  if (opened.profile_holds) metadata.icc = Blob(header, VIPS_META_ICC_NAME);
  if (metadata.exif.empty()) metadata.exif = Blob(header, VIPS_META_EXIF_NAME);
  if (metadata.xmp.empty()) metadata.xmp = Blob(header, VIPS_META_XMP_NAME);
  metadata.exif = WithUprightOrientation(WithoutExifMarker(std::move(metadata.exif)));
  return metadata;
}

// Straight from the decoder, but for pictures that have to be turned or whose bytes come only once:
// these are held.
class PictureReader final : public RewindableRows {
 public:
  PictureReader(VipsPtr<VipsSource> source, bool read_once, std::string name,
                const ReadOptions& options)
      : source_(std::move(source)),
        name_(std::move(name)),
        opened_(OpenPicture(source_.get(), name_)) {
    RequirePixels(opened_, name_, options.max_pixels);
    shape_ = UprightShape(opened_);
    metadata_ = MetadataOf(opened_);
    hold_ = opened_.orientation > 1 || read_once;
  }

  void Read(int count, std::uint8_t* rows) override {
    if (hold_) {
      if (!held_) held_ = DecodeUpright(opened_, name_);
      std::copy_n(held_->data() + next_ * shape_.row_bytes(), count * shape_.row_bytes(), rows);
    } else {
      DecodeRows(opened_, name_, next_, count, rows);
    }
    next_ += count;
  }

  void Rewind() override {
    if (!hold_ && next_ > 0) {
      opened_.image.reset();  // before another decoder takes over its source
      opened_ = OpenPicture(source_.get(), name_);
      if (UprightShape(opened_) != shape_) {
        throw Error(ErrorKind::kIo, name_ + ": changed while it was read");
      }
    }
    next_ = 0;
  }

 private:
  VipsPtr<VipsSource> source_;
  std::string name_;
  OpenedPicture opened_;
  bool hold_ = false;
  std::optional<Image> held_;
  int next_ = 0;
};

VipsPtr<VipsSource> OpenFile(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorKind::kNotFound, path.string() + ": there is no such file");
  }
  if (status.type() == fs::file_type::directory) {
    throw Error(ErrorKind::kIo, path.string() + ": is a folder, not a file");
  }
  if (status.type() == fs::file_type::regular && fs::file_size(path, error) == 0) {
    throw Error(ErrorKind::kCorrupt, path.string() + ": the file is empty");
  }
  StartVips();
  VipsPtr<VipsSource> source(vips_source_new_from_file(path.c_str()));
  if (source == nullptr) {
    throw Error(ErrorKind::kIo, path.string() + ": cannot be opened: " + TakeVipsError());
  }
  return source;
}

}  // namespace

std::unique_ptr<RewindableRows> OpenImage(const fs::path& path, const ReadOptions& options) {
  std::error_code error;  // what is wrong with the path, OpenFile says
  const bool read_once = !fs::is_regular_file(path, error);
  return std::make_unique<PictureReader>(OpenFile(path), read_once, path.string(), options);
}

std::unique_ptr<RewindableRows> OpenImage(std::string_view bytes, const std::string& name,
                                          const ReadOptions& options) {
  if (bytes.empty()) throw Error(ErrorKind::kCorrupt, name + ": there is no data");
  StartVips();
  VipsPtr<VipsSource> source(vips_source_new_from_memory(bytes.data(), bytes.size()));
  return std::make_unique<PictureReader>(std::move(source), false, name, options);
}

Image ReadImage(const fs::path& path, const ReadOptions& options) {
  return ReadAll(*OpenImage(path, options));
}

Image DecodeImage(std::string_view bytes, const std::string& name, const ReadOptions& options) {
  return ReadAll(*OpenImage(bytes, name, options));
}

ImageHeader ReadHeader(const fs::path& path) {
  const VipsPtr<VipsSource> source = OpenFile(path);
  const OpenedPicture opened = OpenPicture(source.get(), path.string());
  const ImageShape shape = UprightShape(opened);
  return {shape.width, shape.height, shape.channels, shape.bits, opened.format};
}

}  // namespace winnow
