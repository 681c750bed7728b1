#include <gtest/gtest.h>

#include "base/file.h"
#include "image/codec_testing.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

using CodecErrors = CodecTest;

TEST_F(CodecErrors, UnusualSamplesAreRefusedClearly) {
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

TEST_F(CodecErrors, PixelsAreCountedBeforeDecoding) {
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

TEST_F(CodecErrors, TruncationAtAnyPlaceIsAnError) {
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

TEST_F(CodecErrors, DamagedDataNeverCrashes) {
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

TEST_F(CodecErrors, FilesThatAreNoPicturesAreNamed) {
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

TEST_F(CodecErrors, WritingIsAllOrNothing) {
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

// Fails at its `fails_at`th row.
class FailingRows final : public RowSource {
 public:
  FailingRows(int width, int height, int fails_at) : left_(fails_at) {
    shape_ = {width, height, 3, 8};
  }
  void Read(int count, std::uint8_t* rows) override {
    left_ -= count;
    if (left_ < 0) throw Error(ErrorKind::kInterrupted, "enough");
    std::fill_n(rows, count * shape_.row_bytes(), 7);
  }

 private:
  int left_;
};

TEST_F(CodecErrors, WhatTheRowsThrowComesOutOfTheEncoder) {
  for (const std::string& format : kFormats) {
    if (!CanWrite(format)) continue;
    for (int fails_at : {0, 1, 50, 99}) {
      SCOPED_TRACE(format + " " + std::to_string(fails_at));
      FailingRows rows(70, 100, fails_at);
      const Failure failure =
          FailureOf([&] { WriteImage(rows, folder_ / "a", {.format = format}); });
      EXPECT_EQ(failure.kind, ErrorKind::kInterrupted);
      EXPECT_EQ(failure.message, "enough");
      EXPECT_TRUE(fs::is_empty(folder_));
      EXPECT_STREQ(vips_error_buffer(), "");
    }
  }
}

TEST_F(CodecErrors, WritingChecksItsOptions) {
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
  const Image floats(2, 2, 3, 32);
  EXPECT_EQ(FailureOf([&] { WriteImage(floats, folder_ / "a.png"); }).kind,
            ErrorKind::kUnsupported);
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace winnow
