#include "image/codec.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "image/codec_exif.h"
#include "image/codec_vips.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

const std::vector<std::string> kFormats = {"png", "jpeg", "webp", "tiff", "avif", "heif", "jxl"};

class Codec : public testing::Test {
 protected:
  Codec() { fs::create_directories(folder_); }
  ~Codec() override { fs::remove_all(folder_); }

  const fs::path folder_ =
      fs::temp_directory_path() / ("winnow-codec-" + std::to_string(::getpid()));
};

// Smooth in all channels, so that lossy formats stay close; alpha never quite 0, where colours are
// lost.
Image Gradient(int width, int height, int channels, int bits) {
  Image image(width, height, channels, bits);
  const int white = image.white();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = (x + 0.5) / width;
      const double v = (y + 0.5) / height;
      const double values[] = {u, 0.2 + 0.6 * v, 0.5 * (u + v), 1};
      for (int c = 0; c < channels; ++c) image.set(y, x, c, static_cast<int>(values[c] * white));
      if (image.has_alpha()) {
        image.set(y, x, channels - 1, static_cast<int>((0.4 + 0.6 * v) * white));
      }
    }
  }
  return image;
}

Image Noise(int width, int height, int channels, int bits) {
  Image image(width, height, channels, bits);
  Random random(11);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random.Below(256));
  }
  return image;
}

// The largest difference as a fraction of white; grey stands for three equal channels.
double LargestDifference(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.has_alpha() != b.has_alpha()) {
    return 2;
  }
  double largest = 0;
  const auto compare = [&](int y, int x, int ca, int cb) {
    const double va = static_cast<double>(a.at(y, x, ca)) / a.white();
    const double vb = static_cast<double>(b.at(y, x, cb)) / b.white();
    largest = std::max(largest, std::abs(va - vb));
  };
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        compare(y, x, a.colour_channels() == 1 ? 0 : c, b.colour_channels() == 1 ? 0 : c);
      }
      if (a.has_alpha()) compare(y, x, a.channels() - 1, b.channels() - 1);
    }
  }
  return largest;
}

Image WithoutMetadata(Image image) {
  image.metadata = {};
  return image;
}

std::string SrgbProfile() {
  StartVips();
  VipsBlob* blob = nullptr;
  EXPECT_EQ(vips_profile_load("srgb", &blob, nullptr), 0);
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string profile(static_cast<const char*>(data), size);
  vips_area_unref(VIPS_AREA(blob));
  return profile;
}

// Little-endian EXIF with a maker and an orientation.
std::string Exif(int orientation) {
  return "II*\0\x08\0\0\0\x02\0"s + "\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0"s +
         "\x12\x01\x03\0\x01\0\0\0"s + static_cast<char>(orientation) + "\0\0\0"s + "\0\0\0\0"s +
         "WinnowCam\0"s;
}

const std::string kXmp =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></x:xmpmeta>";

struct Failure {
  ErrorKind kind;
  std::string message;
};

Failure FailureOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return {e.kind(), e.what()};
  }
  return {ErrorKind::kInterrupted, "no error"};
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A vips image of the samples of `image`, to save what the product itself never writes.
VipsPtr<VipsImage> ToVips(const Image& image) {
  StartVips();
  const VipsPtr<VipsImage> memory(vips_image_new_from_memory_copy(
      image.data(), image.size_bytes(), image.width(), image.height(), image.channels(),
      image.bits() == 8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT));
  VipsImage* out = nullptr;
  vips_copy(memory.get(), &out, "interpretation",
            image.channels() <= 2 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, nullptr);
  return VipsPtr<VipsImage>(out);
}

std::string EncodeWithVips(VipsImage* image, const std::string& suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(vips_image_write_to_buffer(image, suffix.c_str(), &data, &size, nullptr), 0)
      << suffix << ": " << TakeVipsError();
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

VipsPtr<VipsImage> InSpace(VipsImage* image, VipsInterpretation space) {
  VipsImage* out = nullptr;
  EXPECT_EQ(vips_colourspace(image, &out, space, nullptr), 0) << TakeVipsError();
  return VipsPtr<VipsImage>(out);
}

TEST_F(Codec, LosslessFormatsGiveEverySampleBack) {
  for (const std::string format : {"png", "tiff", "webp", "jxl"}) {
    for (int bits : {8, 16}) {
      if (format == "webp" && bits == 16) continue;
      for (int channels = 1; channels <= 4; ++channels) {
        SCOPED_TRACE(format + " " + std::to_string(bits) + " " + std::to_string(channels));
        for (const auto& [width, height] : {std::pair{1, 1}, {37, 23}}) {
          Image image = Noise(width, height, channels, bits);
          for (int y = 0; y < height && image.has_alpha(); ++y) {
            for (int x = 0; x < width; ++x) {  // fully transparent pixels may lose their colour
              image.set(y, x, channels - 1, std::max(1, image.at(y, x, channels - 1)));
            }
          }
          const fs::path path = folder_ / ("lossless." + format);
          WriteImage(image, path, {.format = "", .quality = 100});
          const Image back = ReadImage(path);
          EXPECT_EQ(back.bits(), bits);
          EXPECT_EQ(LargestDifference(back, image), 0);
          if (format != "webp") {
            EXPECT_EQ(back.channels(), channels);
          }
        }
      }
    }
  }
}

TEST_F(Codec, EveryFormatComesBackClose) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) {
      std::cerr << "this libvips does not write " << format << ": not tested\n";
      continue;
    }
    for (int bits : {8, 16}) {
      for (int channels = 1; channels <= 4; ++channels) {
        if (format == "jpeg" && channels % 2 == 0) continue;
        SCOPED_TRACE(format + " " + std::to_string(bits) + " " + std::to_string(channels));
        const Image image = Gradient(67, 41, channels, bits);
        const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
        // JPEG XL spends least on dark blue, where the eye sees least.
        EXPECT_LT(LargestDifference(back, image), format == "jxl" ? 0.1 : 0.04);
        const bool deep = bits == 16 && format != "jpeg" && format != "webp";
        EXPECT_EQ(back.bits(), deep ? 16 : 8);
      }
    }
  }
}

TEST_F(Codec, TinyPicturesWorkInEveryFormat) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 5}, {3, 2}}) {
      SCOPED_TRACE(format);
      const Image image = Gradient(width, height, 3, 8);
      const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
      EXPECT_EQ(back.width(), width);
      EXPECT_EQ(back.height(), height);
    }
  }
}

TEST_F(Codec, MetadataTravels) {
  Image image = Gradient(32, 16, 3, 8);
  image.metadata = {.icc = SrgbProfile(), .exif = Exif(1), .xmp = kXmp};
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    SCOPED_TRACE(format);
    const std::string bytes = EncodeImage(image, {.format = format, .quality = 100});
    const ImageMetadata back = DecodeImage(bytes, format).metadata;
    EXPECT_TRUE(back.icc == image.metadata.icc) << back.icc.size();
    EXPECT_EQ(back.xmp, image.metadata.xmp);
    if (format == "tiff") continue;  // libvips keeps no EXIF there
    EXPECT_TRUE(Contains(back.exif, "WinnowCam")) << back.exif.size();
    EXPECT_EQ(ExifOrientation(back.exif), 1);
  }
}

TEST_F(Codec, NoMetadataIsMadeUp) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    SCOPED_TRACE(format);
    const Image image = Gradient(32, 16, 3, 8);
    const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
    EXPECT_EQ(back.metadata.xmp.size(), 0u);
    // libvips always writes a resolution into WebP; JPEG XL always describes its colours.
    EXPECT_EQ(back.metadata.exif.empty(), format != "webp");
    EXPECT_EQ(back.metadata.icc.empty(), format != "jxl");
  }
}

TEST_F(Codec, OrientationIsAppliedAndReset) {
  const Image upright = Noise(5, 3, 3, 8);
  for (const std::string suffix : {".png", ".tif", ".webp[lossless=1]"}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      SCOPED_TRACE(suffix + " " + std::to_string(orientation));
      // EXIF says which sides of the scene row 0 and column 0 of the file are.
      const bool sideways = orientation >= 5;
      Image stored(sideways ? 3 : 5, sideways ? 5 : 3, 3, 8);
      for (int row = 0; row < stored.height(); ++row) {
        for (int column = 0; column < stored.width(); ++column) {
          const int from_left = sideways ? row : column;
          const int from_top = sideways ? column : row;
          const bool right =
              orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
          const bool bottom =
              orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
          const int x = right ? 4 - from_left : from_left;
          const int y = bottom ? 2 - from_top : from_top;
          for (int c = 0; c < 3; ++c) stored.set(row, column, c, upright.at(y, x, c));
        }
      }
      const auto vips = ToVips(stored);
      AttachExif(Exif(orientation), vips.get());
      vips_image_set_int(vips.get(), VIPS_META_ORIENTATION, orientation);
      const fs::path path = folder_ / "oriented";
      WriteFile(path, EncodeWithVips(vips.get(), suffix));
      const Image read = ReadImage(path);
      EXPECT_TRUE(WithoutMetadata(read) == upright);
      EXPECT_EQ(ExifOrientation(read.metadata.exif), 1);
      const ImageHeader header = ReadHeader(path);
      EXPECT_EQ(header.width, 5);
      EXPECT_EQ(header.height, 3);
    }
  }
}

TEST_F(Codec, ExifOfACameraIsKeptToTheByteButForTheOrientation) {
  std::string jpeg = EncodeImage(Gradient(16, 8, 3, 8), {.format = "jpeg"});
  const std::string exif = Exif(6);
  const std::size_t size = exif.size() + 8;
  jpeg.insert(2, "\xff\xe1"s + static_cast<char>(size >> 8) + static_cast<char>(size & 255) +
                     "Exif\0\0"s + exif);
  const Image image = DecodeImage(jpeg, "camera.jpg");
  EXPECT_EQ(image.width(), 8);
  EXPECT_EQ(image.height(), 16);
  EXPECT_EQ(image.metadata.exif, Exif(1));
}

TEST_F(Codec, DamagedExifIsNoObstacle) {
  Image image = Gradient(16, 8, 3, 8);
  for (const std::string& exif : {"x"s, "II*\0"s, "II*\0\xff\xff\xff\xff"s, Exif(1).substr(0, 30),
                                  "MM\0*\0\0\0\x08\xff\xff"s}) {
    image.metadata.exif = exif;
    for (const std::string format : {"jpeg", "png", "webp"}) {
      const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
      EXPECT_LT(LargestDifference(back, image), 0.06);
    }
    EXPECT_EQ(WithUprightOrientation(exif).size(), exif.size());
  }
}

TEST_F(Codec, CmykBecomesSrgbAndItsProfileGoes) {
  const Image image = Gradient(24, 16, 3, 8);
  const auto cmyk = InSpace(ToVips(image).get(), VIPS_INTERPRETATION_CMYK);
  ASSERT_EQ(cmyk->Bands, 4);
  for (const std::string suffix : {".jpg[Q=98]", ".tif"}) {
    SCOPED_TRACE(suffix);
    const Image read = DecodeImage(EncodeWithVips(cmyk.get(), suffix), suffix);
    EXPECT_EQ(read.channels(), 3);
    EXPECT_EQ(read.bits(), 8);
    EXPECT_EQ(read.metadata.icc, "");
    EXPECT_EQ(LargestDifference(read, read), 0);
    // The gamut of CMYK is smaller: the grey axis survives, saturated colours move.
    EXPECT_LT(LargestDifference(read, image), 0.35);
  }
}

TEST_F(Codec, LabBecomesSrgb) {
  const Image image = Gradient(24, 16, 3, 8);
  for (const auto space : {VIPS_INTERPRETATION_LAB, VIPS_INTERPRETATION_LABS}) {
    const auto lab = InSpace(ToVips(image).get(), space);
    const Image read = DecodeImage(EncodeWithVips(lab.get(), ".tif"), "lab.tif");
    EXPECT_EQ(read.channels(), 3);
    EXPECT_LT(LargestDifference(read, image), 0.01);
  }
}

TEST_F(Codec, PalettesAndBitmapsAreExpanded) {
  Image two(9, 4, 1);
  for (int i = 0; i < 36; ++i) two.set(i / 9, i % 9, 0, i % 3 == 0 ? 255 : 0);
  for (const std::string suffix : {".png[bitdepth=1]", ".tif[bitdepth=1]"}) {
    const Image read = DecodeImage(EncodeWithVips(ToVips(two).get(), suffix), suffix);
    EXPECT_EQ(read.bits(), 8);
    EXPECT_EQ(LargestDifference(read, two), 0) << suffix;
  }
  const Image colours = Gradient(8, 4, 3, 8);
  const Image read =
      DecodeImage(EncodeWithVips(ToVips(colours).get(), ".png[palette=1]"), "palette");
  EXPECT_EQ(read.channels(), 3);
  EXPECT_LT(LargestDifference(read, colours), 0.3);
}

TEST_F(Codec, UnusualSamplesAreRefusedClearly) {
  const auto integers = ToVips(Gradient(8, 4, 3, 8));
  VipsImage* out = nullptr;
  ASSERT_EQ(vips_cast(integers.get(), &out, VIPS_FORMAT_FLOAT, nullptr), 0);
  const VipsPtr<VipsImage> floats(out);
  const Failure failure =
      FailureOf([&] { DecodeImage(EncodeWithVips(floats.get(), ".tif"), "float.tif"); });
  EXPECT_EQ(failure.kind, ErrorKind::kUnsupported);
  EXPECT_EQ(failure.message,
            "float.tif: samples of type float are not supported; convert the picture to 8 or 16 "
            "bit integers");
}

TEST_F(Codec, JpegFlattensOntoWhiteAndRounds) {
  for (int bits : {8, 16}) {
    Image image(16, 16, 4, bits);
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 16; ++x) image.set(y, x, 3, x < 8 ? 0 : image.white());
    }
    const Image back = DecodeImage(EncodeImage(image, {.format = "jpeg", .quality = 100}), "");
    EXPECT_EQ(back.channels(), 3);
    EXPECT_NEAR(back.at(8, 0, 0), 255, 2);
    EXPECT_NEAR(back.at(8, 15, 0), 0, 2);
  }
}

TEST_F(Codec, SixteenBitsAreRoundedToEight) {
  Image deep(256, 3, 3, 16);
  Image expected(256, 3, 3, 8);
  for (int x = 0; x < 256; ++x) {
    for (int y = 0; y < 3; ++y) {
      const int offset = y == 0 ? -128 : y == 1 ? 0 : 128;
      for (int c = 0; c < 3; ++c) {
        deep.set(y, x, c, std::clamp(x * 257 + offset, 0, 65535));
        expected.set(y, x, c, x);
      }
    }
  }
  const Image back = DecodeImage(EncodeImage(deep, {.format = "webp", .quality = 100}), "");
  EXPECT_EQ(LargestDifference(back, expected), 0);
}

TEST_F(Codec, HeaderAgreesWithThePicture) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    for (int channels : {1, 3, 4}) {
      SCOPED_TRACE(format + " " + std::to_string(channels));
      const fs::path path = folder_ / "header.bin";
      WriteImage(Gradient(20, 30, channels, 16), path, {.format = format});
      const ImageHeader header = ReadHeader(path);
      const Image image = ReadImage(path);
      EXPECT_EQ(header.format, format);
      EXPECT_EQ(header.width, 20);
      EXPECT_EQ(header.height, 30);
      EXPECT_EQ(header.channels, image.channels());
      EXPECT_EQ(header.bits, image.bits());
    }
  }
}

TEST_F(Codec, PixelsAreCountedBeforeDecoding) {
  std::string png = EncodeImage(Noise(20, 10, 3, 8), {.format = "png"});
  const Failure failure = FailureOf([&] { DecodeImage(png, "large.png", {.max_pixels = 199}); });
  EXPECT_EQ(failure.kind, ErrorKind::kOutOfBudget);
  EXPECT_EQ(failure.message,
            "large.png: 20x10 are 200 pixels, and at most 199 are allowed; raise the limit to "
            "read it");
  EXPECT_NO_THROW(DecodeImage(png, "large.png", {.max_pixels = 200}));
  // Half of the pixels are missing, yet the header alone decides.
  png.resize(png.size() / 2);
  EXPECT_EQ(FailureOf([&] { DecodeImage(png, "", {.max_pixels = 199}); }).kind,
            ErrorKind::kOutOfBudget);
}

TEST_F(Codec, TruncationAtAnyPlaceIsAnError) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    const std::string whole = EncodeImage(Noise(40, 40, 3, 8), {.format = format});
    for (const double part : {0.3, 0.6, 0.9}) {
      SCOPED_TRACE(format + " " + std::to_string(part));
      const fs::path path = folder_ / ("cut." + format);
      WriteFile(path, whole.substr(0, static_cast<std::size_t>(whole.size() * part)));
      testing::internal::CaptureStderr();
      const Failure failure = FailureOf([&] { ReadImage(path); });
      EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
      EXPECT_EQ(failure.kind, ErrorKind::kCorrupt) << failure.message;
      EXPECT_TRUE(failure.message.starts_with(path.string() + ": ")) << failure.message;
      EXPECT_FALSE(Contains(failure.message, "\n"));
      EXPECT_STREQ(vips_error_buffer(), "");
    }
  }
}

TEST_F(Codec, DamagedDataNeverCrashes) {
  Random random(3);
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    const std::string whole = EncodeImage(Gradient(24, 24, 3, 8), {.format = format});
    for (int round = 0; round < 40; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 4; ++i) {
        damaged[random.Below(damaged.size())] = static_cast<char>(random.Below(256));
      }
      try {
        DecodeImage(damaged, "damaged", {.max_pixels = 1 << 20});
      } catch (const Error&) {  // any kind: the damage may make another picture, or none
      }
    }
  }
}

TEST_F(Codec, FilesThatAreNoPicturesAreNamed) {
  const auto failure = [&](const std::string& name, const std::string& contents) {
    WriteFile(folder_ / name, contents);
    const Failure f = FailureOf([&] { ReadImage(folder_ / name); });
    EXPECT_TRUE(f.message.starts_with((folder_ / name).string() + ": ")) << f.message;
    return f.kind;
  };
  EXPECT_EQ(failure("empty.png", ""), ErrorKind::kCorrupt);
  EXPECT_EQ(failure("text.png", "hello, world\n"), ErrorKind::kUnsupported);
  EXPECT_EQ(failure("matrix.png", "2 2\n1 2\n3 4\n"), ErrorKind::kUnsupported);
  EXPECT_EQ(failure("one byte", "\x89"), ErrorKind::kUnsupported);
  EXPECT_EQ(failure("drawing.png",
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"></svg>"),
            ErrorKind::kUnsupported);
  EXPECT_EQ(failure("page.jpg", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), ErrorKind::kUnsupported);
  EXPECT_EQ(failure("map.png", "P3 1 1 255 1 2 3\n"), ErrorKind::kUnsupported);
  EXPECT_EQ(failure("magick.png", "push graphic-context\nviewbox 0 0 1 1\n"),
            ErrorKind::kUnsupported);
  EXPECT_EQ(FailureOf([&] { ReadImage(folder_); }).kind, ErrorKind::kIo);
  EXPECT_EQ(FailureOf([&] { ReadImage(folder_ / "missing.png"); }).kind, ErrorKind::kNotFound);
  EXPECT_EQ(FailureOf([&] { ReadHeader(folder_ / "missing.png"); }).kind, ErrorKind::kNotFound);
  EXPECT_EQ(FailureOf([&] { DecodeImage("", "stdin"); }).message, "stdin: there is no data");
}

TEST_F(Codec, FormatsGoByContentAndNamesAreTakenLiterally) {
  const Image image = Noise(6, 5, 3, 8);
  const fs::path path = folder_ / "odd [page=3] name.jpg";
  WriteImage(image, path, {.format = "png"});
  EXPECT_EQ(ReadHeader(path).format, "png");
  EXPECT_TRUE(ReadImage(path) == image);
}

TEST_F(Codec, WritingIsAllOrNothing) {
  const fs::path path = folder_ / "kept.webp";
  WriteFile(path, "old");
  const Failure failure = FailureOf([&] { WriteImage(Image(16384, 1, 3), path); });
  EXPECT_EQ(failure.kind, ErrorKind::kUnsupported);
  EXPECT_EQ(failure.message,
            "webp holds at most 16383 pixels a side, not 16384; choose another format");
  EXPECT_EQ(ReadFile(path), "old");
  const fs::path nowhere = folder_ / "no/such/folder/a.png";
  const Failure missing = FailureOf([&] { WriteImage(Image(1, 1, 3), nowhere); });
  EXPECT_EQ(missing.kind, ErrorKind::kIo);
  EXPECT_TRUE(missing.message.starts_with(nowhere.string() + ": ")) << missing.message;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Codec, WritingChecksItsOptions) {
  const Image image(2, 2, 3);
  const auto kind = [&](const std::string& name, const WriteOptions& options) {
    return FailureOf([&] { WriteImage(image, folder_ / name, options); }).kind;
  };
  EXPECT_EQ(kind("a.gif", {}), ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind("a", {}), ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind("a.png", {.format = "bmp"}), ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind("a.jpg", {.format = "", .quality = 0}), ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind("a.jpg", {.format = "", .quality = 101}), ErrorKind::kInvalidArgument);
  EXPECT_EQ(FailureOf([&] { EncodeImage(image, {.format = "bmp"}); }).message,
            "unknown picture format \"bmp\"; there are png, jpeg, webp, tiff, avif, heif, jxl");
  EXPECT_EQ(FailureOf([&] { EncodeImage(Image(), {.format = "png"}); }).kind,
            ErrorKind::kInvalidArgument);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Codec, QualityMatters) {
  for (const std::string& format : {"jpeg"s, "webp"s, "avif"s, "jxl"s}) {
    if (!CanWrite(format)) continue;
    const Image image = Noise(64, 64, 3, 8);
    const auto size = [&](int quality) {
      return EncodeImage(image, {.format = format, .quality = quality}).size();
    };
    EXPECT_LT(size(30), size(80)) << format;
    EXPECT_LT(size(80), size(99)) << format;
  }
}

TEST(CodecFormats, GoByExtension) {
  EXPECT_EQ(FormatOfExtension("a/b.PNG"), "png");
  EXPECT_EQ(FormatOfExtension("x.jpeg"), "jpeg");
  EXPECT_EQ(FormatOfExtension("x.JPG"), "jpeg");
  EXPECT_EQ(FormatOfExtension("x.y.tif"), "tiff");
  EXPECT_EQ(FormatOfExtension("x.heic"), "heif");
  EXPECT_EQ(FormatOfExtension("x.jxl"), "jxl");
  for (const char* other : {"x.gif", "x", "x.", ".png", "x.jp", "x.jpg.", "x.g.jpe.j"}) {
    EXPECT_EQ(FormatOfExtension(other), "") << other;
  }
}

TEST(CodecFormats, TheCommonOnesCanAlwaysBeWritten) {
  for (const char* format : {"png", "jpeg", "webp", "tiff"}) EXPECT_TRUE(CanWrite(format));
  EXPECT_THROW(CanWrite("bmp"), Error);
}

}  // namespace
}  // namespace winnow
