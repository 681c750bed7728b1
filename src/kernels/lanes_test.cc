#include "kernels/lanes.h"

#include <gtest/gtest.h>

#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

TEST(Lanes, ValidLanesCountsPixels) {
  for (int lanes : {1, 4, 16}) {
    for (int width = 1; width <= 70; ++width) {
      for (int span = (width + lanes - 1) / lanes; span < 12; ++span) {
        int pixels = 0;
        for (int j = 0; j < span; ++j) pixels += ValidLanes(width, span, lanes, j);
        EXPECT_EQ(pixels, width) << lanes << " lanes, span " << span;
      }
    }
  }
}

TEST(Lanes, MaskFollowsTheFormula) {
  const AlignedVector<std::uint32_t> mask = LaneMask(7, 2, 4);
  EXPECT_EQ(mask, (AlignedVector<std::uint32_t>{~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0}));
}

TEST(Lanes, VectorsNeverOverlapAndStayAligned) {
  const LaneShape shape = {3, 4, 50, 5, 16, 2, 1};
  LaneImage image(shape);
  Random random(1);
  const std::vector<float> values = RandomValues(3 * 4 * 50, random);
  image.Fill(values);
  EXPECT_EQ(image.Pixels(), values);
  EXPECT_TRUE(image.IsConsistent());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(image.tensor().At(1, 2, -2)) % kAlignment, 0u);
}

}  // namespace
}  // namespace winnow
