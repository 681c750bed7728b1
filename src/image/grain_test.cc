#include "image/grain.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "image/exposure.h"

namespace winnow {
namespace {

// The left half even, the right half full of detail.
Image HalfDetailed(int width, int height) {
  Random random(1);
  Image image(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.set(y, x, c, x < width / 2 ? 100 : 40 + static_cast<int>(random.Below(120)));
      }
    }
  }
  return image;
}

TEST(GrainTest, LiesWhereThereIsDetailAndIsAlikeInNeighbours) {
  const Image sharp = HalfDetailed(256, 128);
  const Grain grain(sharp, {0, 0, 256, 128}, 3, 7);
  double sum = 0, squares = 0, products = 0;
  int count = 0;
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) ASSERT_EQ(grain.At(x, y), 0);
    for (int x = 128; x < 255; ++x) {
      sum += grain.At(x, y);
      squares += grain.At(x, y) * grain.At(x, y);
      products += grain.At(x, y) * grain.At(x + 1, y);
      ++count;
    }
  }
  EXPECT_NEAR(sum / count, 0, 0.15);
  EXPECT_NEAR(std::sqrt(squares / count), 3, 0.15);
  EXPECT_NEAR(products / squares, 2.0 / 3, 0.05);  // of 1 2 1 in both directions
}

TEST(GrainTest, IsOfThePartAskedFor) {
  const Image sharp = HalfDetailed(64, 32);
  const Grain part(sharp, {16, 8, 40, 24}, 2, 1);
  EXPECT_EQ(part.At(0, 0), 0);
  EXPECT_NE(part.At(39, 23), 0);
}

TEST(GrainTest, GoesIntoAllChannelsOfAnExposure) {
  const Image sharp = HalfDetailed(64, 32);
  Exposure still;
  still.grain = 4;
  const Rect whole = {0, 0, 64, 32};
  const Image grainy = Expose(sharp, whole, still);
  EXPECT_EQ(grainy, Expose(sharp, whole, still));
  int different = 0;
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 64; ++x) {
      const int added = grainy.at(y, x, 0) - sharp.at(y, x, 0);
      different += added != 0;
      if (x < 32) EXPECT_EQ(added, 0);
      for (int c = 1; c < 3; ++c) EXPECT_EQ(grainy.at(y, x, c) - sharp.at(y, x, c), added);
    }
  }
  EXPECT_GT(different, 700);
  still.noise_seed = 2;
  EXPECT_NE(Expose(sharp, whole, still), grainy);
}

}  // namespace
}  // namespace winnow
