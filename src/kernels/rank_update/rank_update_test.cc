#include "kernels/rank_update/rank_update.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/aligned.h"
#include "base/random.h"

namespace winnow {
namespace {

AlignedVector<float> RandomNumbers(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  AlignedVector<float> numbers(count);
  for (float& x : numbers) x = static_cast<float>(random.Uniform() * 2 - 1);
  return numbers;
}

TEST(RankUpdate, WidthsAreRoundedUp) {
  EXPECT_EQ(RankUpdateWidth(1), kRankUpdateBlock);
  EXPECT_EQ(RankUpdateWidth(kRankUpdateBlock), kRankUpdateBlock);
  EXPECT_EQ(RankUpdateWidth(kRankUpdateBlock + 1), 2 * kRankUpdateBlock);
}

// All numbers are at most 1, so that every sum of n products is within n^2 epsilon of the true one.
TEST(RankUpdate, EqualsPlainSumsOnEveryTarget) {
  for (Isa isa : AvailableIsas()) {
    for (int width : {kRankUpdateBlock, 3 * kRankUpdateBlock}) {
      for (int rows : {0, 1, 7, 128, 300}) {
        for (float sign : {1.0f, -1.0f}) {
          const AlignedVector<float> x = RandomNumbers(static_cast<std::size_t>(rows) * width, 3);
          const AlignedVector<float> before =
              RandomNumbers(static_cast<std::size_t>(width) * width, 5);
          AlignedVector<float> c = before;
          GetRankUpdate(isa)(x.data(), rows, width, sign, c.data());
          const double tolerance =
              (rows + 1.0) * (rows + 1.0) * std::numeric_limits<float>::epsilon();
          for (int i = 0; i < width; ++i) {
            for (int j = i; j < width; ++j) {
              double wanted = before[i * width + j];
              for (int r = 0; r < rows; ++r) {
                wanted += sign * static_cast<double>(x[r * width + i]) * x[r * width + j];
              }
              ASSERT_NEAR(c[i * width + j], wanted, tolerance)
                  << Name(isa) << " " << width << " " << rows << " at " << i << ", " << j;
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace winnow
