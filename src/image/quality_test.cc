#include "image/quality.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

Image Noise(int width, int height, int channels, std::uint64_t seed) {
  Image image(width, height, channels);
  Random random(seed);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random.Below(256));
  }
  return image;
}

std::string MessageOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kInvalidArgument);
    return e.what();
  }
  return "no error";
}

TEST(Quality, ReproducesThePublishedBicubicFigures) {
  const fs::path data(WINNOW_SHARED_DATA);
  if (!fs::exists(data)) GTEST_SKIP() << data << " is not there";
  const auto golden = nlohmann::json::parse(std::ifstream(data / "golden/bicubic_x4.json"));
  int compared = 0;
  for (const auto& [set, figures] : golden.items()) {
    const fs::path folder = data / "sr/test" / set;
    for (const auto& figure : figures.at("bicubic_x4")) {
      const std::string name = figure.at("img");
      SCOPED_TRACE(set + "/" + name);
      const Image high = ReadImage(folder / "HR" / (name + ".png"));
      const Image low = ReadImage(folder / "LR_bicubic/X4" / (name + "x4.png"));
      const Quality quality = Compare(ResizeBicubic(low, 4, 1), high, ParseProtocol("y-shave4"));
      EXPECT_NEAR(quality.psnr, figure.at("psnr_y").get<double>(), 1e-3);
      EXPECT_NEAR(quality.ssim, figure.at("ssim_y").get<double>(), 1e-4);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 119);
}

TEST(Quality, EqualPicturesArePerfect) {
  const Image image = Noise(20, 17, 3, 1);
  for (const char* name : {"y-shave0", "y-shave3", "rgb"}) {
    const Quality quality = Compare(image, image, ParseProtocol(name));
    EXPECT_TRUE(std::isinf(quality.psnr)) << name;
    EXPECT_NEAR(quality.ssim, 1, 1e-12) << name;
  }
}

TEST(Quality, UniformErrorGivesTheFormula) {
  Image a(16, 16, 3);
  Image b(16, 16, 3);
  for (std::size_t i = 0; i < a.size_bytes(); ++i) {
    a.data()[i] = 100;
    b.data()[i] = 110;
  }
  const Quality rgb = Compare(a, b, ParseProtocol("rgb"));
  EXPECT_NEAR(rgb.psnr, 20 * std::log10(255 / 10.0), 1e-9);
  const double c1 = 0.01 * 255 * 0.01 * 255;
  EXPECT_NEAR(rgb.ssim, (2 * 100 * 110 + c1) / (100 * 100 + 110 * 110 + c1), 1e-12);
  const Quality y = Compare(a, b, ParseProtocol("y-shave2"));
  EXPECT_NEAR(y.psnr, 20 * std::log10(255 / (10 * (65.738 + 129.057 + 25.064) / 256)), 1e-9);
}

// Against the definition, window by window.
TEST(Quality, SsimIsTheMeanOverWindows) {
  const Image a = Noise(14, 12, 1, 1);
  const Image b = Noise(14, 12, 1, 2);
  double total = 0;
  for (int top = 0; top < 2; ++top) {
    for (int left = 0; left < 4; ++left) {
      double w_sum = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
      for (int y = 0; y < 11; ++y) {
        for (int x = 0; x < 11; ++x) {
          const double w = std::exp(-((y - 5) * (y - 5) + (x - 5) * (x - 5)) / (2 * 1.5 * 1.5));
          const double p = a.at(top + y, left + x, 0);
          const double q = b.at(top + y, left + x, 0);
          w_sum += w;
          ma += w * p;
          mb += w * q;
          aa += w * p * p;
          bb += w * q * q;
          ab += w * p * q;
        }
      }
      ma /= w_sum;
      mb /= w_sum;
      const double va = aa / w_sum - ma * ma, vb = bb / w_sum - mb * mb;
      const double c1 = 6.5025, c2 = 58.5225;
      total += (2 * ma * mb + c1) * (2 * (ab / w_sum - ma * mb) + c2) /
               ((ma * ma + mb * mb + c1) * (va + vb + c2));
    }
  }
  EXPECT_NEAR(Compare(a, b, ParseProtocol("rgb")).ssim, total / 8, 1e-9);
}

TEST(Quality, GreyCountsAsThreeEqualChannelsAndAlphaDoesNotCount) {
  const Image grey = Noise(15, 15, 1, 3);
  const Image other = Noise(15, 15, 3, 4);
  Image rgba(15, 15, 4);
  for (int y = 0; y < 15; ++y) {
    for (int x = 0; x < 15; ++x) {
      for (int c = 0; c < 3; ++c) rgba.set(y, x, c, grey.at(y, x, 0));
      rgba.set(y, x, 3, x);
    }
  }
  for (const char* name : {"y-shave1", "rgb"}) {
    const Quality a = Compare(grey, other, ParseProtocol(name));
    const Quality b = Compare(rgba, other, ParseProtocol(name));
    EXPECT_DOUBLE_EQ(a.psnr, b.psnr);
    EXPECT_DOUBLE_EQ(a.ssim, b.ssim);
  }
}

TEST(Quality, OnlyWhatIsLeftAfterShavingCounts) {
  const Image a = Noise(23, 23, 3, 5);
  Image b = a;
  for (int i = 0; i < 23; ++i) b.set(3, i, 0, 255 - b.at(3, i, 0));
  EXPECT_TRUE(std::isinf(Compare(a, b, ParseProtocol("y-shave4")).psnr));
  EXPECT_FALSE(std::isinf(Compare(a, b, ParseProtocol("y-shave3")).psnr));
}

TEST(Quality, CropsASlightlyLargerReference) {
  const Image reference = Noise(27, 26, 3, 6);
  const Image image = Crop(reference, {0, 0, 24, 24});
  EXPECT_TRUE(std::isinf(Compare(image, reference, ParseProtocol("y-shave4")).psnr));
  EXPECT_EQ(MessageOf([&] { Compare(image, reference, ParseProtocol("y-shave3")); }),
            "comparing pictures: extents differ: 24x24 against 27x26");
  EXPECT_NE(MessageOf([&] { Compare(reference, image, ParseProtocol("y-shave4")); }), "no error");
  EXPECT_NE(MessageOf([&] { Compare(image, reference, ParseProtocol("rgb")); }), "no error");
}

TEST(Quality, RefusesWhatItCannotMeasure) {
  const Image small(18, 18, 3);
  EXPECT_EQ(MessageOf([&] { Compare(small, small, ParseProtocol("y-shave4")); }),
            "comparing pictures: 18x18 is too small for y-shave4; at least 11 pixels a side must "
            "remain");
  EXPECT_NE(MessageOf([&] { Compare(small, small, ParseProtocol("y-shave2000000000")); }),
            "no error");
  const Image deep(32, 32, 3, 16);
  EXPECT_NE(MessageOf([&] { Compare(deep, deep, ParseProtocol("rgb")); }).find("8 bits"),
            std::string::npos);
}

TEST(Quality, ProtocolsHaveNames) {
  for (const char* name : {"rgb", "y-shave0", "y-shave4", "y-shave12"}) {
    EXPECT_EQ(ToString(ParseProtocol(name)), name);
  }
  for (const char* name :
       {"", "y", "y-shave", "y-shave-1", "y-shave4x", "RGB", "y-shave99999999999"}) {
    const std::string message = MessageOf([&] { ParseProtocol(name); });
    EXPECT_NE(message.find("y-shaveN"), std::string::npos) << name << ": " << message;
    EXPECT_NE(message.find("\"rgb\""), std::string::npos) << name << ": " << message;
  }
}

}  // namespace
}  // namespace winnow
