#include "sparsity/random_mask.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace winnow {
namespace {

TEST(RandomMask, KeepsAsManyInEveryGroup) {
  Tensor weight({3, 70, 1, 2});
  std::ranges::fill(weight.data, 1.0f);
  Random random(1);
  const Pattern pattern = {8, 32};
  KeepRandom(pattern, random, weight);
  for (int o = 0; o < 3; ++o) {
    for (int cell = 0; cell < 2; ++cell) {
      for (int first = 0; first < 70; first += 32) {
        const int last = std::min(first + 32, 70);
        int kept = 0;
        for (int c = first; c < last; ++c) kept += weight.data[(o * 70 + c) * 2 + cell] != 0;
        EXPECT_EQ(kept, KeptInGroup(pattern, last - first));
      }
    }
  }
}

TEST(RandomMask, DenseStaysDense) {
  Tensor weight({1, 5, 1, 1});
  std::ranges::fill(weight.data, 2.0f);
  Random random(1);
  KeepRandom({4, 4}, random, weight);
  EXPECT_EQ(std::ranges::count(weight.data, 2.0f), 5);
}

}  // namespace
}  // namespace winnow
