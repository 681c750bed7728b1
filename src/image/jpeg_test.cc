#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "image/codec_testing.h"
#include "image/jpeg_read.h"
#include "image/jpeg_write.h"

namespace winnow {
namespace {

std::string Write(const Image& image, int quality) {
  std::ostringstream out;
  ImageRows rows(image);
  WriteJpeg(rows, quality, out, "out");
  return out.str();
}

TEST(JpegTest, ReadsWhatLibvipsReads) {
  for (const int channels : {1, 3}) {
    for (const char* const suffix :
         {".jpg[Q=80]", ".jpg[Q=95,interlace]", ".jpg[Q=60,subsample_mode=on]"}) {
      SCOPED_TRACE(suffix);
      const std::string file = EncodeWithVips(ToVips(Gradient(61, 43, channels, 8)).get(), suffix);
      const auto decoder = OpenJpeg(file, "file");
      ASSERT_NE(decoder, nullptr);
      for (int pass = 0; pass < 2; ++pass) {
        EXPECT_EQ(Decode(*decoder), DecodeWithVips(file)) << "pass " << pass;
        decoder->Restart();
      }
    }
  }
}

TEST(JpegTest, WritesWhatLibvipsWrites) {
  for (const int channels : {1, 3}) {
    const Image image = Noise(61, 43, channels, 8);
    for (const int quality : {50, 90}) {
      const std::string suffix = ".jpg[optimize_coding,Q=" + std::to_string(quality) + "]";
      const std::string expected = EncodeWithVips(ToVips(image).get(), suffix);
      EXPECT_EQ(DecodeWithVips(Write(image, quality)), DecodeWithVips(expected)) << suffix;
    }
  }
}

TEST(JpegTest, LeavesOtherColoursToLibvips) {
  const Image image = Gradient(16, 16, 4, 8);
  StartVips();
  const VipsPtr<VipsImage> memory(vips_image_new_from_memory_copy(image.data(), image.size_bytes(),
                                                                  16, 16, 4, VIPS_FORMAT_UCHAR));
  VipsImage* out = nullptr;
  ASSERT_EQ(vips_copy(memory.get(), &out, "interpretation", VIPS_INTERPRETATION_CMYK, nullptr), 0);
  const VipsPtr<VipsImage> cmyk(out);
  EXPECT_EQ(OpenJpeg(EncodeWithVips(cmyk.get(), ".jpg"), "cmyk.jpg"), nullptr);
}

TEST(JpegTest, TruncatedFilesAreCorrupt) {
  for (const char* const suffix : {".jpg", ".jpg[interlace]"}) {
    const std::string file = EncodeWithVips(ToVips(Noise(40, 30, 3, 8)).get(), suffix);
    // The end of the last rows' codes may be missed without harm.
    for (std::size_t size = 3; size + 40 < file.size(); size += 11) {
      SCOPED_TRACE(suffix + std::to_string(size));
      const Failure failure =
          FailureOf([&] { Decode(*OpenJpeg(std::string_view(file).substr(0, size), "cut.jpg")); });
      EXPECT_EQ(failure.kind, ErrorKind::kCorrupt);
      EXPECT_TRUE(failure.message.starts_with("cut.jpg: ")) << failure.message;
    }
  }
}

TEST(JpegTest, AFullStreamIsAnError) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  const Image image = Noise(300, 300, 3, 8);
  ImageRows rows(image);
  const Failure failure = FailureOf([&] { WriteJpeg(rows, 90, out, "full.jpg"); });
  EXPECT_EQ(failure.kind, ErrorKind::kIo);
  EXPECT_TRUE(failure.message.starts_with("full.jpg: ")) << failure.message;
}

TEST(JpegTest, FlattensHalfTransparencyOntoWhite) {
  for (const int bits : {8, 16}) {
    Image image(16, 16, 4, bits);
    for (int y = 0; y < 16; ++y) {
      for (int x = 0; x < 16; ++x) image.set(y, x, 3, image.white() / 4);
    }
    const Image back = DecodeWithVips(Write(image, 100));
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(back.at(8, 8, c), 191, 2) << bits << " bits";
  }
}

}  // namespace
}  // namespace winnow
