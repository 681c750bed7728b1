#include "tensor/tensor.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

TEST(SquaredDifference, IsSummedOverAllSamples) {
  Tensor a({1, 2, 2});
  Tensor b({1, 2, 2});
  EXPECT_EQ(SquaredDifference(a, b), 0);
  a.data = {1, 2, 3, 4};
  b.data = {1, 4, 3, 1};
  EXPECT_EQ(SquaredDifference(a, b), 13);
  EXPECT_EQ(SquaredDifference(b, a), 13);
  EXPECT_EQ(SquaredDifference({}, {}), 0);
}

}  // namespace
}  // namespace winnow
