#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "image/codec.h"
#include "image/codec_exif.h"
#include "image/jpeg_read.h"
#include "image/other_formats.h"
#include "image/png_read.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "16-bit samples are exchanged as bytes");

void RequirePixels(const ImageShape& shape, const std::string& name, std::int64_t max_pixels) {
  const std::int64_t width = shape.width;
  const std::int64_t height = shape.height;
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

ImageShape UprightShape(const PictureDecoder& decoder) {
  ImageShape shape = decoder.stored();
  if (decoder.orientation() >= 5) std::swap(shape.width, shape.height);
  return shape;
}

Image DecodeUpright(PictureDecoder& decoder) {
  const ImageShape& shape = decoder.stored();
  Image image(shape.width, shape.height, shape.channels, shape.bits);
  decoder.Read(shape.height, image.data());
  return Upright(std::move(image), decoder.orientation());
}

void RequireFile(const fs::path& path) {
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
}

// `source` of the functions Open; it begins with `start`.
template <typename... Source>
std::unique_ptr<PictureDecoder> OpenByLook(std::string_view start, const Source&... source) {
  if (start.starts_with(kPngSignature)) return OpenPng(source...);
  if (start.starts_with(kJpegSignature)) {
    if (auto decoder = OpenJpeg(source...)) return decoder;
  }
  return LoadOtherFormats().Open(source...);
}

std::unique_ptr<PictureDecoder> OpenDecoder(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw Error(ErrorKind::kCorrupt, name + ": there is no data");
  return OpenByLook(bytes, bytes, name);
}

std::unique_ptr<PictureDecoder> OpenRegular(const fs::path& path) {
  std::string start(std::max(kPngSignature.size(), kJpegSignature.size()), '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<int>(start.size()));
  return OpenByLook(start, path);
}

struct OpenedFile {
  std::unique_ptr<const std::string> bytes;  // of a pipe, which brings them once
  std::unique_ptr<PictureDecoder> decoder;
};

OpenedFile OpenFile(const fs::path& path) {
  RequireFile(path);
  std::error_code error;
  if (fs::is_regular_file(path, error)) return {nullptr, OpenRegular(path)};
  auto bytes = std::make_unique<const std::string>(ReadFile(path));
  auto decoder = OpenDecoder(*bytes, path.string());
  return {std::move(bytes), std::move(decoder)};
}

// Straight from the decoder, but for pictures that have to be turned: these are held.
class PictureReader final : public RewindableRows {
 public:
  PictureReader(OpenedFile file, std::string name, const ReadOptions& options)
      : bytes_(std::move(file.bytes)), decoder_(std::move(file.decoder)), name_(std::move(name)) {
    RequirePixels(decoder_->stored(), name_, options.max_pixels);
    shape_ = UprightShape(*decoder_);
    metadata_ = decoder_->metadata();
    metadata_.exif = WithUprightOrientation(WithoutExifMarker(std::move(metadata_.exif)));
    hold_ = decoder_->orientation() > 1;
  }

  void Read(int count, std::uint8_t* rows) override {
    if (hold_) {
      if (!held_) held_ = DecodeUpright(*decoder_);
      std::copy_n(held_->data() + next_ * shape_.row_bytes(), count * shape_.row_bytes(), rows);
    } else {
      decoder_->Read(count, rows);
    }
    next_ += count;
  }

  void Rewind() override {
    if (!hold_ && next_ > 0) {
      decoder_->Restart();
      if (UprightShape(*decoder_) != shape_) {
        throw Error(ErrorKind::kIo, name_ + ": changed while it was read");
      }
    }
    next_ = 0;
  }

 private:
  std::unique_ptr<const std::string> bytes_;
  std::unique_ptr<PictureDecoder> decoder_;
  std::string name_;
  bool hold_ = false;
  std::optional<Image> held_;
  int next_ = 0;
};

}  // namespace

std::unique_ptr<RewindableRows> OpenImage(const fs::path& path, const ReadOptions& options) {
  return std::make_unique<PictureReader>(OpenFile(path), path.string(), options);
}

std::unique_ptr<RewindableRows> OpenImage(std::string_view bytes, const std::string& name,
                                          const ReadOptions& options) {
  return std::make_unique<PictureReader>(OpenedFile{nullptr, OpenDecoder(bytes, name)}, name,
                                         options);
}

Image ReadImage(const fs::path& path, const ReadOptions& options) {
  return ReadAll(*OpenImage(path, options));
}

Image DecodeImage(std::string_view bytes, const std::string& name, const ReadOptions& options) {
  return ReadAll(*OpenImage(bytes, name, options));
}

ImageHeader ReadHeader(const fs::path& path) {
  const OpenedFile file = OpenFile(path);
  const ImageShape shape = UprightShape(*file.decoder);
  return {shape.width, shape.height, shape.channels, shape.bits, file.decoder->format()};
}

}  // namespace winnow
