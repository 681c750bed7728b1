#include "base/timing.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

TEST(Median, IsTheMiddleOrTheUpperOfTwo) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({8, 2, 4, 6}), 6);
}

TEST(ThreadSeconds, GrowsWithWork) {
  const double start = ThreadSeconds();
  while (ThreadSeconds() == start) {
  }
  EXPECT_GT(ThreadSeconds(), start);
}

}  // namespace
}  // namespace winnow
