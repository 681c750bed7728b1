#include <gtest/gtest.h>

#include "base/file.h"
#include "image/codec_exif.h"
#include "image/codec_testing.h"
#include "image/vips/attach_exif.h"
#include "support/profile.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

using CodecMetadata = CodecTest;

// Little-endian EXIF with a maker and an orientation.
std::string Exif(int orientation) {
  return "II*\0\x08\0\0\0\x02\0"s + "\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0"s +
         "\x12\x01\x03\0\x01\0\0\0"s + static_cast<char>(orientation) + "\0\0\0"s + "\0\0\0\0"s +
         "WinnowCam\0"s;
}

const std::string kXmp =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></x:xmpmeta>";

Image WithoutMetadata(Image image) {
  image.metadata = {};
  return image;
}

TEST_F(CodecMetadata, MetadataTravels) {
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

TEST_F(CodecMetadata, NoMetadataIsMadeUp) {
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

TEST_F(CodecMetadata, LargeMetadataIsNoObstacle) {
  Image image = Gradient(32, 16, 3, 8);
  image.metadata.exif = Exif(1) + std::string(100'000, '\0');
  image.metadata.xmp = kXmp + std::string(200'000, ' ');
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    SCOPED_TRACE(format);
    const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
    EXPECT_EQ(back.width(), 32);
    // A segment of JPEG ends at 64 KiB: there the XMP has to stay behind.
    EXPECT_EQ(back.metadata.xmp, format == "jpeg" ? "" : image.metadata.xmp);
  }
}

TEST_F(CodecMetadata, OrientationIsAppliedAndReset) {
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

TEST_F(CodecMetadata, ExifOfACameraIsKeptToTheByteButForTheOrientation) {
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

// Big-endian EXIF: one tag that leads to the camera's directory, which holds an extent; behind the
// first directory the place of a second one, that of the thumbnail.
std::string ExifWithExtent() {
  return "MM\0*\0\0\0\x08\0\x01"s + "\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a"s + "\0\0\0\x38"s +
         "\0\x02"s + "\xa0\x02\0\x03\0\0\0\x01\0\x10\0\0"s + "\xa0\x03\0\x04\0\0\0\x01\0\0\0\x08"s +
         "\0\0\0\0"s + "\0\0\0\0\0\0"s;
}

TEST_F(CodecMetadata, ExifTakesTheExtentAndLosesTheThumbnail) {
  std::string expected = ExifWithExtent();
  ASSERT_EQ(expected.size(), 62u);
  expected.replace(22, 4, "\0\0\0\0"s);        // no second directory
  expected.replace(36, 2, "\x01\x2c"s);        // 300, a short
  expected.replace(48, 4, "\0\x01\x11\x70"s);  // 70,000, a long
  EXPECT_EQ(WithExtent(ExifWithExtent(), 300, 70'000), expected);
  const std::string unchanged = WithExtent(ExifWithExtent(), 70'000, 8);
  EXPECT_EQ(unchanged.substr(26), ExifWithExtent().substr(26)) << "70,000 is no short";

  Image image = Gradient(300, 8, 3, 8);
  image.metadata.exif = ExifWithExtent();
  const Image back = DecodeImage(EncodeImage(image, {.format = "png"}), "png");
  EXPECT_EQ(back.metadata.exif, WithExtent(ExifWithExtent(), 300, 8));
}

TEST_F(CodecMetadata, DamagedExifIsNoObstacle) {
  Image image = Gradient(16, 8, 3, 8);
  for (const std::string& exif : {"x"s, "II*\0"s, "II*\0\xff\xff\xff\xff"s, Exif(1).substr(0, 30),
                                  "MM\0*\0\0\0\x08\xff\xff"s}) {
    EXPECT_EQ(WithExtent(exif, 16, 8).size(), exif.size());
    image.metadata.exif = exif;
    for (const std::string format : {"jpeg", "png", "webp"}) {
      const Image back = DecodeImage(EncodeImage(image, {.format = format}), format);
      EXPECT_LT(LargestDifference(back, image), 0.06);
    }
    EXPECT_EQ(WithUprightOrientation(exif).size(), exif.size());
  }
}

}  // namespace
}  // namespace winnow
