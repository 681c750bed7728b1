// Pictures from and to files: PNG and JPEG through the libraries made for them (image/png_read.h,
// image/jpeg_read.h), and WebP, TIFF, AVIF, HEIF and JPEG XL through libvips
// (image/other_formats.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"
#include "image/rows.h"

namespace winnow {

struct ReadOptions {
  // Checked on the header, before anything is decoded.
  std::int64_t max_pixels = 400'000'000;
};

// Formats by content, not by name. CMYK and other spaces become sRGB (through the embedded
// profile), grey stays grey, palettes are expanded, 16 bit stays 16 bit; the orientation tag is
// applied; ICC, EXIF and XMP are kept (but for EXIF in TIFF, and what JPEG XL stores compressed;
// the profile goes when the colours are converted). Errors name the file: kNotFound, kIo (a folder,
// or not readable), kCorrupt (empty, damaged or truncated), kUnsupported, kOutOfBudget.
//
// Rows are decoded as they are read, so damage may show late. Held whole are pictures that have to
// be turned, the bytes of a pipe, and what a format stores in no order of rows (progressive JPEG,
// interlaced PNG, WebP, AVIF, HEIF, JPEG XL).
std::unique_ptr<RewindableRows> OpenImage(const std::filesystem::path& path,
                                          const ReadOptions& options = {});
// The same from bytes in memory, which must outlive it; `name` is for messages.
std::unique_ptr<RewindableRows> OpenImage(std::string_view bytes, const std::string& name,
                                          const ReadOptions& options = {});
Image ReadImage(const std::filesystem::path& path, const ReadOptions& options = {});
Image DecodeImage(std::string_view bytes, const std::string& name, const ReadOptions& options = {});

struct ImageHeader {
  int width = 0;  // after applying the orientation
  int height = 0;
  int channels = 0;
  int bits = 0;
  std::string format;  // "png", "jpeg", ...
};
// Without decoding the pixels. Errors as ReadImage.
ImageHeader ReadHeader(const std::filesystem::path& path);

struct WriteOptions {
  // "png", "jpeg", "webp", "tiff", "avif", "heif", "jxl"; empty: from the extension.
  std::string format = {};
  // 1..100; 100 is lossless in WebP and JPEG XL and nearly so in AVIF and HEIF; absent: the
  // format's usual. PNG and TIFF are always lossless.
  std::optional<int> quality = {};
};

// All or nothing (base/file.h), with the rows asked for as the encoder takes them, from its threads
// but one after another; AVIF, HEIF, JPEG XL and WebP hold the picture. What `rows` throws is
// rethrown. Float pictures are refused. 16 bit is kept where the format can (PNG, TIFF, JPEG XL; 12
// bits of it in AVIF, 10 in HEIF), else rounded to 8; alpha is flattened onto white for JPEG. ICC
// and XMP are written as they are; EXIF is written anew, with the extent of the picture and without
// its thumbnail, and not at all in TIFF. Errors: kInvalidArgument, kUnsupported, kIo.
void WriteImage(RowSource& rows, const std::filesystem::path& path,
                const WriteOptions& options = {});
void WriteImage(const Image& image, const std::filesystem::path& path,
                const WriteOptions& options = {});
std::string EncodeImage(RowSource& rows, const WriteOptions& options);
std::string EncodeImage(const Image& image, const WriteOptions& options);

// "png" for "a/b.PNG"; empty for an extension that is none of ours.
std::string FormatOfExtension(const std::filesystem::path& path);
// Can this build of libvips write it? (AVIF and JPEG XL are optional there.)
bool CanWrite(const std::string& format);

}  // namespace winnow
