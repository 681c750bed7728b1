#include "image/codec.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "image/codec_testing.h"

// The HEVC encoder behind HEIF does not free all it takes, nor does libvips when saving WebP fails.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libx265\nleak:WebPMemoryWrite\n";
}

namespace winnow {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

using Codec = CodecTest;

VipsPtr<VipsImage> InSpace(VipsImage* image, VipsInterpretation space) {
  VipsImage* out = nullptr;
  EXPECT_EQ(vips_colourspace(image, &out, space, nullptr), 0) << TakeVipsError();
  return VipsPtr<VipsImage>(out);
}

TEST_F(Codec, LosslessFormatsGiveEverySampleBack) {
  for (const std::string format : {"png", "tiff", "webp", "jxl"}) {
    if (!CanWrite(format)) continue;
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

TEST_F(Codec, CmykBecomesSrgbAndItsProfileGoes) {
  // Bands of 16 columns: paper, cyan, yellow, black.
  Image inks(64, 16, 4);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 64; ++x) {
      const int ink = x / 16;
      if (ink > 0) inks.set(y, x, ink == 1 ? 0 : ink, 255);
    }
  }
  const auto pixels = ToVips(inks);
  VipsImage* out = nullptr;
  VipsBlob* profile = nullptr;
  ASSERT_EQ(vips_copy(pixels.get(), &out, "interpretation", VIPS_INTERPRETATION_CMYK, nullptr), 0);
  const VipsPtr<VipsImage> cmyk(out);
  ASSERT_EQ(vips_profile_load("cmyk", &profile, nullptr), 0);
  for (const bool tagged : {false, true}) {
    if (tagged)
      vips_image_set_blob_copy(cmyk.get(), VIPS_META_ICC_NAME, VIPS_AREA(profile)->data,
                               VIPS_AREA(profile)->length);
    for (const std::string suffix : {".jpg[Q=98]", ".tif"}) {
      SCOPED_TRACE(suffix);
      const Image read = DecodeImage(EncodeWithVips(cmyk.get(), suffix), suffix);
      ASSERT_EQ(read.channels(), 3);
      EXPECT_EQ(read.bits(), 8);
      EXPECT_EQ(read.metadata.icc, "");
      for (int c = 0; c < 3; ++c) EXPECT_GT(read.at(8, 8, c), 250);
      EXPECT_LT(read.at(8, 24, 0), 60);   // cyan has no red,
      EXPECT_GT(read.at(8, 24, 2), 180);  // but blue;
      EXPECT_GT(read.at(8, 40, 0), 220);  // yellow has red
      EXPECT_LT(read.at(8, 40, 2), 60);   // and no blue
      for (int c = 0; c < 3; ++c) EXPECT_LT(read.at(8, 56, c), 60);
    }
  }
  vips_area_unref(VIPS_AREA(profile));
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

TEST_F(Codec, FormatsGoByContentAndNamesAreTakenLiterally) {
  const Image image = Noise(6, 5, 3, 8);
  const fs::path path = folder_ / "odd [page=3] name.jpg";
  WriteImage(image, path, {.format = "png"});
  EXPECT_EQ(ReadHeader(path).format, "png");
  EXPECT_TRUE(ReadImage(path) == image);
}

TEST_F(Codec, RowsComeInAnyStepsAndAgain) {
  const Image image = Noise(33, 300, 3, 8);
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    SCOPED_TRACE(format);
    const fs::path path = folder_ / "rows";
    WriteImage(image, path, {.format = format});
    const Image whole = ReadImage(path);
    const auto rows = OpenImage(path);
    EXPECT_EQ(rows->shape(), ShapeOf(whole));
    for (int pass = 0; pass < 3; ++pass) {
      Image read(whole.width(), whole.height(), whole.channels(), whole.bits());
      const int end = pass == 0 ? 100 : 300;  // left halfway the first time
      for (int y = 0; y < end; y += 1 + pass * 50) {
        const int count = std::min(1 + pass * 50, end - y);
        rows->Read(count, read.data() + y * rows->shape().row_bytes());
      }
      EXPECT_TRUE(Crop(read, {0, 0, 33, end}) == Crop(whole, {0, 0, 33, end})) << pass;
      rows->Rewind();
    }
  }
}

TEST_F(Codec, PipesAreReadOnceAndHeld) {
  const Image image = Noise(33, 300, 4, 8);
  const std::string bytes = EncodeImage(image, {.format = "png"});
  const fs::path path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
  const auto rows = OpenImage(path);
  EXPECT_TRUE(ReadAll(*rows) == image);
  rows->Rewind();
  EXPECT_TRUE(ReadAll(*rows) == image);
  writer.join();
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
