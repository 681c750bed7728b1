// What the tests of the picture files share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "image/codec.h"
#include "image/picture_decoder.h"
#include "image/vips/start.h"
#include "support/noise.h"

namespace winnow {

inline const std::vector<std::string> kFormats = {"png",  "jpeg", "webp", "tiff",
                                                  "avif", "heif", "jxl"};

// A folder of its own for every test.
class CodecTest : public testing::Test {
 protected:
  CodecTest() {
    StartVips();  // some tests ask libvips itself
    std::filesystem::create_directories(folder_);
  }
  ~CodecTest() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("winnow-codec-" + std::to_string(::getpid()));
};

// Of a call, or "no error".
struct Failure {
  ErrorKind kind;
  std::string message;
};

inline Failure FailureOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return {e.kind(), e.what()};
  }
  return {ErrorKind::kInterrupted, "no error"};
}

// Smooth in all channels, so that lossy formats stay close; alpha never quite 0, where colours are
// lost.
inline Image Gradient(int width, int height, int channels, int bits) {
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

// The largest difference as a fraction of white; grey stands for three equal channels.
inline double LargestDifference(const Image& a, const Image& b) {
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

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A vips image of the samples of `image`, to save what the product itself never writes.
inline VipsPtr<VipsImage> ToVips(const Image& image) {
  StartVips();
  const VipsPtr<VipsImage> memory(vips_image_new_from_memory_copy(
      image.data(), image.size_bytes(), image.width(), image.height(), image.channels(),
      image.bits() == 8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT));
  VipsImage* out = nullptr;
  vips_copy(memory.get(), &out, "interpretation",
            image.channels() <= 2 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, nullptr);
  return VipsPtr<VipsImage>(out);
}

inline std::string EncodeWithVips(VipsImage* image, const std::string& suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(vips_image_write_to_buffer(image, suffix.c_str(), &data, &size, nullptr), 0)
      << suffix << ": " << TakeVipsError();
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

// What libvips itself makes of a file.
inline Image DecodeWithVips(const std::string& file) {
  StartVips();
  const VipsPtr<VipsImage> opened(
      vips_image_new_from_buffer(file.data(), file.size(), "", nullptr));
  std::size_t size = 0;
  void* const samples = vips_image_write_to_memory(opened.get(), &size);
  Image image(opened->Xsize, opened->Ysize, opened->Bands,
              opened->BandFmt == VIPS_FORMAT_UCHAR ? 8 : 16);
  EXPECT_EQ(size, image.size_bytes());
  std::copy_n(static_cast<const std::uint8_t*>(samples), size, image.data());
  g_free(samples);
  return image;
}

// All of a picture, as it is stored.
inline Image Decode(PictureDecoder& decoder) {
  const ImageShape& shape = decoder.stored();
  Image image(shape.width, shape.height, shape.channels, shape.bits);
  decoder.Read(shape.height, image.data());
  return image;
}

}  // namespace winnow
