#include "image/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "base/error.h"

namespace winnow {
namespace {

// Every sample value once, and more where the picture is larger.
Image Ramp(int width, int height, int channels, int bits) {
  Image image(width, height, channels, bits);
  int value = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.set(y, x, c, value);
        value = value == image.white() ? 0 : value + 1;
      }
    }
  }
  return image;
}

void ExpectInvalid(const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kInvalidArgument) << e.what();
  }
}

TEST(Image, StartsBlack) {
  const Image image(3, 2, 4, 16);
  EXPECT_EQ(image.size_bytes(), 48u);
  EXPECT_EQ(image.white(), 65535);
  EXPECT_TRUE(image.has_alpha());
  EXPECT_EQ(image.colour_channels(), 3);
  EXPECT_EQ(image.at(1, 2, 3), 0);
  EXPECT_EQ(Image(1, 1, 2).colour_channels(), 1);
}

TEST(Image, RefusesImpossibleShapes) {
  ExpectInvalid([] { Image(0, 1, 1); });
  ExpectInvalid([] { Image(1, -1, 1); });
  ExpectInvalid([] { Image(1, 1, 0); });
  ExpectInvalid([] { Image(1, 1, 5); });
  ExpectInvalid([] { Image(1, 1, 1, 12); });
  try {
    constexpr int kMost = std::numeric_limits<int>::max();
    Image(kMost, kMost, 4, 16);
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kCorrupt);
  }
}

TEST(Image, StoresLittleEndian) {
  Image image(1, 1, 1, 16);
  image.set(0, 0, 0, 0x1234);
  EXPECT_EQ(image.data()[0], 0x34);
  EXPECT_EQ(image.data()[1], 0x12);
  EXPECT_EQ(image.at(0, 0, 0), 0x1234);
}

TEST(Image, CropCutsAndDropsMetadata) {
  for (int bits : {8, 16}) {
    Image image = Ramp(7, 5, 3, bits);
    image.metadata.xmp = "x";
    const Image part = Crop(image, {2, 1, 4, 3});
    EXPECT_EQ(part.metadata, ImageMetadata{});
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 4; ++x) {
        for (int c = 0; c < 3; ++c) EXPECT_EQ(part.at(y, x, c), image.at(y + 1, x + 2, c));
      }
    }
  }
}

TEST(Image, RectanglesMayNotLeaveIt) {
  const Image image(4, 3, 1);
  constexpr int kMost = std::numeric_limits<int>::max();
  for (const Rect& rect : {Rect{0, 0, 5, 1},
                           {0, 0, 1, 4},
                           {-1, 0, 1, 1},
                           {0, 3, 1, 1},
                           {1, 0, kMost, 1},
                           {0, 0, 0, 1},
                           {0, 0, 1, -1}}) {
    ExpectInvalid([&] { Crop(image, rect); });
    ExpectInvalid([&] { ColourToTensor(image, rect, 1); });
  }
}

TEST(Image, EverySampleValueSurvivesTheTensor) {
  for (const auto& [bits, width, height] : {std::tuple{8, 16, 16}, {16, 256, 256}}) {
    for (float range : {1.0f, 255.0f}) {
      for (int channels = 1; channels <= 4; ++channels) {
        const Image image = Ramp(width, height, channels, bits);
        const Rect all{0, 0, width, height};
        Image back(width, height, channels, bits);
        TensorToColour(ColourToTensor(image, all, range), 0, 0, range, all, back);
        if (image.has_alpha()) {
          TensorToAlpha(AlphaToTensor(image, all, range), 0, 0, range, all, back);
        }
        EXPECT_TRUE(back == image) << bits << " bit, range " << range << ", " << channels;
      }
    }
  }
}

TEST(Image, TensorHoldsPlanesInRange) {
  Image image(2, 1, 4);
  for (int c = 0; c < 4; ++c) image.set(0, 1, c, 50 * (c + 1));
  const Tensor colour = ColourToTensor(image, {1, 0, 1, 1}, 255);
  EXPECT_EQ(colour.shape, (Shape{3, 1, 1}));
  EXPECT_EQ(colour.data, (AlignedVector<float>{50, 100, 150}));
  const Tensor alpha = AlphaToTensor(image, {1, 0, 1, 1}, 1);
  EXPECT_EQ(alpha.data, (AlignedVector<float>(3, 200 / 255.0f)));
  Image grey(1, 1, 1);
  grey.set(0, 0, 0, 51);
  EXPECT_EQ(ColourToTensor(grey, {0, 0, 1, 1}, 1).data, AlignedVector<float>(3, 0.2f));
}

TEST(Image, FloatSamplesAreNotRounded) {
  Image image(2, 1, 2, 32);
  EXPECT_EQ(image.white(), 1);
  EXPECT_EQ(image.size_bytes(), 16u);
  const float samples[] = {0.123456f, 0.25f, 1.0f, 0.75f};
  std::memcpy(image.data(), samples, sizeof samples);
  const Rect all{0, 0, 2, 1};
  EXPECT_EQ(ColourToTensor(image, all, 1).data,
            (AlignedVector<float>{0.123456f, 1, 0.123456f, 1, 0.123456f, 1}));
  EXPECT_EQ(AlphaToTensor(image, all, 255).data[1], 0.75f * 255);
  Image back(2, 1, 2, 32);
  TensorToColour(ColourToTensor(image, all, 255), 0, 0, 255, all, back);
  TensorToAlpha(AlphaToTensor(image, all, 255), 0, 0, 255, all, back);
  float stored[4];
  std::memcpy(stored, back.data(), sizeof stored);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(stored[i], samples[i], 1e-7f) << i;
  const float beyond[] = {-1, 2, 0.5f, 7, -3, 0.5f};
  Tensor tensor({3, 1, 2});
  std::copy_n(beyond, 6, tensor.data.begin());
  Image colour(2, 1, 3, 32);
  TensorToColour(tensor, 0, 0, 1, all, colour);
  std::memcpy(stored, colour.data(), sizeof stored);
  EXPECT_EQ(stored[0], 0);
  EXPECT_EQ(stored[1], 0.5f);
  EXPECT_EQ(stored[3], 1);
}

TEST(Image, StoringClampsAndRoundsHalfUp) {
  Tensor tensor({3, 1, 6});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {-1e30f, 0.5f, 1.49f, 254.5f, 1e30f, nan};
  for (int c = 0; c < 3; ++c) std::copy_n(values, 6, tensor.Row(c, 0));
  for (int channels : {1, 3}) {
    Image image(6, 1, channels);
    TensorToColour(tensor, 0, 0, 255, {0, 0, 6, 1}, image);
    const int expected[] = {0, 1, 1, 255, 255, 0};
    for (int x = 0; x < 6; ++x) EXPECT_EQ(image.at(0, x, 0), expected[x]) << x;
  }
}

TEST(Image, StoresAPartOfTheTensorIntoAPartOfThePicture) {
  Tensor tensor({3, 4, 5});
  for (std::int64_t i = 0; i < tensor.size(); ++i) tensor.data[i] = static_cast<float>(i);
  Image image(3, 3, 4);
  TensorToColour(tensor, 1, 2, 255, {1, 0, 2, 3}, image);
  TensorToAlpha(tensor, 1, 2, 255, {1, 0, 2, 3}, image);
  for (int y = 0; y < 3; ++y) {
    for (int c = 0; c < 4; ++c) EXPECT_EQ(image.at(y, 0, c), 0);
    for (int x = 1; x < 3; ++x) {
      const int first = (y + 1) * 5 + x + 1;
      for (int c = 0; c < 3; ++c) EXPECT_EQ(image.at(y, x, c), first + 20 * c);
      EXPECT_EQ(image.at(y, x, 3), first + 20);  // the mean of the three planes
    }
  }
  ExpectInvalid([&] { TensorToColour(tensor, 2, 0, 255, {0, 0, 3, 3}, image); });
  ExpectInvalid([&] { TensorToColour(tensor, 0, -1, 255, {0, 0, 3, 3}, image); });
  ExpectInvalid([&] { TensorToAlpha(Tensor({1, 4, 5}), 0, 0, 255, {0, 0, 3, 3}, image); });
}

TEST(Image, AlphaMustBeThere) {
  Image image(1, 1, 3);
  ExpectInvalid([&] { AlphaToTensor(image, {0, 0, 1, 1}, 1); });
  ExpectInvalid([&] { TensorToAlpha(Tensor({3, 1, 1}), 0, 0, 1, {0, 0, 1, 1}, image); });
  ExpectInvalid([&] { ColourToTensor(image, {0, 0, 1, 1}, 0); });
}

}  // namespace
}  // namespace winnow
