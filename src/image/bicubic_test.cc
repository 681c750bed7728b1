#include "image/bicubic.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "base/random.h"
#include "image/codec.h"
#include "support/noise.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

TEST(Bicubic, AgreesWithMatlabOnThePublishedTestSets) {
  const fs::path root = fs::path(WINNOW_SHARED_DATA) / "sr/test";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  int compared = 0;
  for (const char* set : {"Set5", "Set14", "B100"}) {
    for (const auto& entry : fs::directory_iterator(root / set / "HR")) {
      const std::string stem = entry.path().stem().string();
      const Image high = ReadImage(entry.path());
      const Image low = ReadImage(root / set / "LR_bicubic/X4" / (stem + "x4.png"));
      const Rect whole{0, 0, high.width() / 4 * 4, high.height() / 4 * 4};
      Image shrunk = ResizeBicubic(Crop(high, whole), 1, 4);
      shrunk.metadata = low.metadata;
      EXPECT_TRUE(shrunk == low) << set << "/" << stem;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 119);
}

TEST(Bicubic, KeepsConstantPicturesConstantUpToTheBorders) {
  Image constant(5, 3, 1);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) constant.set(y, x, 0, 173);
  }
  for (const auto& [up, down] : {std::pair{4, 1}, {1, 4}, {3, 2}, {2, 3}, {1, 1}}) {
    const Image resized = ResizeBicubic(constant, up, down);
    EXPECT_EQ(resized.width(), (5 * up + down - 1) / down);
    EXPECT_EQ(resized.height(), (3 * up + down - 1) / down);
    for (int y = 0; y < resized.height(); ++y) {
      for (int x = 0; x < resized.width(); ++x) ASSERT_EQ(resized.at(y, x, 0), 173);
    }
  }
}

TEST(Bicubic, DoublesAStepByHand) {
  // Phases 1/4 and 3/4 of the kernel: weights (-9, 111, 29, -3) / 128 and their mirror image.
  Image step(4, 1, 1);
  step.set(0, 2, 0, 128);
  step.set(0, 3, 0, 128);
  const Image doubled = ResizeBicubic(step, 2, 1);
  const int expected[] = {0, 0, 0, 26, 102, 137, 131, 128};
  for (int x = 0; x < 8; ++x) {
    SCOPED_TRACE(x);
    EXPECT_EQ(doubled.at(0, x, 0), expected[x]);
    EXPECT_EQ(doubled.at(1, x, 0), doubled.at(0, x, 0));
  }
}

TEST(Bicubic, RatioOneIsTheIdentity) {
  for (int channels = 1; channels <= 4; ++channels) {
    for (int bits : {8, 16}) {
      const Image image = Noise(7, 5, channels, bits);
      EXPECT_TRUE(ResizeBicubic(image, 3, 3) == image) << channels << " channels, " << bits;
    }
  }
}

// Float differs from 16 bit by rounding alone: half a step in each of the two passes, of which the
// second weighs the errors of the first by at most 1.6 in all.
TEST(Bicubic, FloatAgreesWithSixteenBitUpToRounding) {
  const Image sixteen = Noise(13, 9, 3, 16);
  Image floats(13, 9, 3, 32);
  for (int i = 0; i < 13 * 9 * 3; ++i) {
    const float value = static_cast<float>(sixteen.at(0, 0, i)) / 65535;
    std::memcpy(floats.data() + sizeof value * i, &value, sizeof value);
  }
  for (auto [numerator, denominator] : {std::pair{2, 1}, {1, 2}}) {
    const Image expected = ResizeBicubic(sixteen, numerator, denominator);
    const Image result = ResizeBicubic(floats, numerator, denominator);
    const int samples = expected.width() * expected.height() * 3;
    ASSERT_EQ(result.size_bytes(), samples * sizeof(float));
    for (int i = 0; i < samples; ++i) {
      float value = 0;
      std::memcpy(&value, result.data() + sizeof value * i, sizeof value);
      ASSERT_NEAR(value * 65535, expected.at(0, 0, i), 1.3) << i;
    }
  }
}

TEST(Bicubic, TreatsChannelsAlikeAndKeepsMetadata) {
  Image image = Noise(13, 9, 4, 16);
  image.metadata.icc = "profile";
  const Image resized = ResizeBicubic(image, 2, 3);
  EXPECT_EQ(resized.metadata.icc, "profile");
  for (int c = 0; c < 4; ++c) {
    Image single(13, 9, 1, 16);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 13; ++x) single.set(y, x, 0, image.at(y, x, c));
    }
    const Image expected = ResizeBicubic(single, 2, 3);
    for (int y = 0; y < expected.height(); ++y) {
      for (int x = 0; x < expected.width(); ++x) {
        ASSERT_EQ(resized.at(y, x, c), expected.at(y, x, 0));
      }
    }
  }
}

TEST(Bicubic, SinglePixelSpreads) {
  Image pixel(1, 1, 3);
  pixel.set(0, 0, 1, 200);
  const Image large = ResizeBicubic(pixel, 4, 1);
  ASSERT_EQ(large.width(), 4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(large.at(i, 3 - i, 1), 200);
  EXPECT_EQ(ResizeBicubic(pixel, 1, 4).at(0, 0, 1), 200);
}

TEST(Bicubic, RefusesRatiosThatAreNotPositive) {
  const Image pixel(1, 1, 1);
  for (const auto& [up, down] : {std::pair{0, 1}, {1, 0}, {-1, -1}}) {
    try {
      ResizeBicubic(pixel, up, down);
      ADD_FAILURE() << up << "/" << down;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kInvalidArgument);
    }
  }
  EXPECT_THROW(ResizeBicubic(Image(4000, 1, 1), 2'000'000'000, 1), Error);
}

TEST(BicubicRows, EqualTheWholePictureInWhateverStepsTheyAreRead) {
  for (const auto& [up, down] : {std::pair{2, 1}, {3, 4}, {1, 4}, {1, 9}, {4, 3}}) {
    for (int height : {1, 7, 150}) {
      Image image(11, height, 3, height == 7 ? 16 : 8);
      Random random(5);
      for (std::size_t i = 0; i < image.size_bytes(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(random.Below(256));
      }
      const Image whole = ResizeBicubic(image, up, down);
      for (int step : {1, 5, 1000}) {
        BicubicRows rows(std::make_unique<ImageRows>(image), {up, down});
        ASSERT_EQ(rows.shape(), ShapeOf(whole));
        Image read(whole.width(), whole.height(), 3, whole.bits());
        for (int y = 0; y < whole.height(); y += step) {
          rows.Read(std::min(step, whole.height() - y), read.data() + y * rows.shape().row_bytes());
        }
        EXPECT_TRUE(read == whole) << up << "/" << down << " " << height << " " << step;
      }
    }
  }
}

}  // namespace
}  // namespace winnow
