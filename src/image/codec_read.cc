#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "image/codec.h"
#include "image/codec_exif.h"
#include "image/codec_jxl.h"
#include "image/codec_vips.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "16-bit samples are exchanged as bytes");

// A picture whose header is read and whose pixels are not.
struct Opened {
  VipsPtr<VipsImage> image;  // grey or RGB, perhaps with alpha, 8 or 16 bit
  std::string format;
  int orientation = 1;        // still to be applied
  bool profile_holds = true;  // the embedded profile describes `image`
  ImageMetadata boxes;        // metadata that libvips does not find
};

// Only these loaders are ever run, whatever else libvips has.
constexpr std::pair<std::string_view, std::string_view> kLoaders[] = {
    {"VipsForeignLoadPngSource", "png"},   {"VipsForeignLoadJpegSource", "jpeg"},
    {"VipsForeignLoadWebpSource", "webp"}, {"VipsForeignLoadTiffSource", "tiff"},
    {"VipsForeignLoadHeifSource", "heif"}, {"VipsForeignLoadJxlSource", "jxl"},
};

[[noreturn]] void FailCorrupt(const std::string& name) {
  throw Error(ErrorKind::kCorrupt,
              name + ": the picture is damaged or cut short: " + TakeVipsError());
}

[[noreturn]] void FailUnsupported(const std::string& name, const std::string& what) {
  throw Error(ErrorKind::kUnsupported, name + ": " + what);
}

// Begins like one of the formats read here, whole or not.
bool LooksFamiliar(VipsSource* source) {
  using namespace std::string_view_literals;
  constexpr int kSniffed = 12;
  const unsigned char* sniffed = vips_source_sniff(source, kSniffed);
  if (sniffed == nullptr) return false;
  const std::string_view start(reinterpret_cast<const char*>(sniffed), kSniffed);
  for (const auto signature :
       {"\x89PNG"sv, "\xff\xd8\xff"sv, "II*\0"sv, "MM\0*"sv, "\xff\x0a"sv, "\0\0\0\x0cJXL "sv}) {
    if (start.starts_with(signature)) return true;
  }
  return (start.starts_with("RIFF") && start.ends_with("WEBP")) || start.substr(4, 4) == "ftyp";
}

std::string FormatOf(VipsSource* source, const std::string& name) {
  const char* found = vips_foreign_find_load_source(source);
  if (found == nullptr && LooksFamiliar(source)) FailCorrupt(name);
  vips_error_clear();
  const std::string_view loader = found == nullptr ? "" : found;
  for (const auto& [known, format] : kLoaders) {
    if (loader == known) return std::string(format);
  }
  FailUnsupported(
      name, "not a picture in a format read here (PNG, JPEG, WebP, TIFF, AVIF, HEIF, JPEG XL)");
}

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

// Brings colour spaces other than grey and RGB to sRGB. Lazy: no pixel is computed here.
void ConvertColour(Opened& opened, const std::string& name) {
  VipsImage* in = opened.image.get();
  VipsImage* out = nullptr;
  const int depth = in->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16;
  int failed = 0;
  switch (vips_image_guess_interpretation(in)) {
    case VIPS_INTERPRETATION_CMYK:
      // "cmyk" is a profile inside libvips, for pictures that bring none.
      failed = vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                                  "depth", depth, nullptr);
      break;
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_CMC:
    case VIPS_INTERPRETATION_YXY:
    case VIPS_INTERPRETATION_HSV:
      failed = vips_colourspace(
          in, &out, depth == 8 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_RGB16, nullptr);
      break;
    default:
      return;
  }
  if (failed != 0) FailCorrupt(name);
  opened.image.reset(out);
  opened.profile_holds = false;
}

Opened Open(VipsSource* source, const std::string& name) {
  Opened opened;
  opened.format = FormatOf(source, name);
  if (opened.format == "jxl") opened.boxes = ReadJxlBoxes(source);
  opened.image.reset(vips_image_new_from_source(source, "", "access", VIPS_ACCESS_SEQUENTIAL,
                                                "fail_on", VIPS_FAIL_ON_ERROR, nullptr));
  if (opened.image == nullptr) FailCorrupt(name);
  // The decoders of these two turn the picture themselves, by the file's own means.
  const bool upright = opened.format == "heif" || opened.format == "jxl";
  if (!upright) opened.orientation = vips_image_get_orientation(opened.image.get());
  const char* compression = nullptr;
  if (opened.format == "heif" &&
      vips_image_get_string(opened.image.get(), "heif-compression", &compression) == 0 &&
      std::string_view(compression) == "av1") {
    opened.format = "avif";
  }
  ConvertColour(opened, name);
  const VipsImage* image = opened.image.get();
  if (image->BandFmt != VIPS_FORMAT_UCHAR && image->BandFmt != VIPS_FORMAT_USHORT) {
    FailUnsupported(name, std::string("samples of type ") +
                              vips_enum_nick(VIPS_TYPE_BAND_FORMAT, image->BandFmt) +
                              " are not supported; convert the picture to 8 or 16 bit integers");
  }
  if (image->Bands < 1 || image->Bands > 4) {
    FailUnsupported(name, std::to_string(image->Bands) +
                              " channels are not supported; 1 to 4 are (grey or RGB, with alpha)");
  }
  return opened;
}

void RequirePixels(const Opened& opened, const std::string& name, std::int64_t max_pixels) {
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

// Straight into the samples of an Image: the decoder streams, so nothing else holds the whole
// picture.
Image Decode(const Opened& opened, const std::string& name) {
  VipsImage* from = opened.image.get();
  Image image(from->Xsize, from->Ysize, from->Bands, from->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16);
  const VipsPtr<VipsImage> to(vips_image_new_from_memory(
      image.data(), image.size_bytes(), from->Xsize, from->Ysize, from->Bands, from->BandFmt));
  if (to == nullptr || vips_image_write(from, to.get()) != 0) FailCorrupt(name);
  return image;
}

Image ReadFrom(VipsSource* source, const std::string& name, const ReadOptions& options) {
  const Opened opened = Open(source, name);
  RequirePixels(opened, name, options.max_pixels);
  ImageMetadata metadata = opened.boxes;
  VipsImage* header = opened.image.get();
  if (opened.profile_holds) metadata.icc = Blob(header, VIPS_META_ICC_NAME);
  if (metadata.exif.empty()) metadata.exif = Blob(header, VIPS_META_EXIF_NAME);
  if (metadata.xmp.empty()) metadata.xmp = Blob(header, VIPS_META_XMP_NAME);
  metadata.exif = WithUprightOrientation(WithoutExifMarker(std::move(metadata.exif)));
  Image image = Upright(Decode(opened, name), opened.orientation);
  image.metadata = std::move(metadata);
  return image;
}

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

Image ReadImage(const fs::path& path, const ReadOptions& options) {
  return ReadFrom(OpenFile(path).get(), path.string(), options);
}

Image DecodeImage(std::string_view bytes, const std::string& name, const ReadOptions& options) {
  if (bytes.empty()) throw Error(ErrorKind::kCorrupt, name + ": there is no data");
  StartVips();
  const VipsPtr<VipsSource> source(vips_source_new_from_memory(bytes.data(), bytes.size()));
  return ReadFrom(source.get(), name, options);
}

ImageHeader ReadHeader(const fs::path& path) {
  const VipsPtr<VipsSource> source = OpenFile(path);
  const Opened opened = Open(source.get(), path.string());
  const VipsImage* image = opened.image.get();
  ImageHeader header{.width = image->Xsize,
                     .height = image->Ysize,
                     .channels = image->Bands,
                     .bits = image->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16,
                     .format = opened.format};
  if (opened.orientation >= 5) std::swap(header.width, header.height);
  return header;
}

}  // namespace winnow
