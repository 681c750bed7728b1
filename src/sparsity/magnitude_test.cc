#include "sparsity/magnitude.h"

#include <gtest/gtest.h>

#include "sparsity/ranks.h"

namespace winnow {
namespace {

TEST(MagnitudeLossTest, ByHand) {
  const std::vector<float> weight = {4, -1, 2, 3, 0, 5, -5, 0};  // two groups
  const std::vector<std::uint8_t> ranks = Ranks(weight, {2, 4, 1, 1}, 4);
  // Kept: 4, 3, 2, 1 of the first, 5, 5, 0, 0 of the second; 20 in all.
  EXPECT_EQ(MagnitudeLoss(weight, ranks, 4),
            (std::vector<double>{1, 11.0 / 20, 3.0 / 20, 1.0 / 20, 0}));
}

TEST(MagnitudeLossTest, IsFreeOfTheScale) {
  const std::vector<float> weight = {4, -1, 2, 3}, larger = {8, -2, 4, 6};
  const std::vector<std::uint8_t> ranks = Ranks(weight, {1, 4, 1, 1}, 4);
  EXPECT_EQ(MagnitudeLoss(weight, ranks, 4), MagnitudeLoss(larger, ranks, 4));
}

TEST(MagnitudeLossTest, ZerosLoseNothing) {
  EXPECT_EQ(MagnitudeLoss(std::vector<float>{0, 0}, std::vector<std::uint8_t>{0, 1}, 2),
            (std::vector<double>{0, 0, 0}));
}

}  // namespace
}  // namespace winnow
