#include "formats/onnx/view.h"

#include <gtest/gtest.h>

namespace winnow::onnx {
namespace {

constexpr Dims kDims = {12, 4, 6};

View Seen(const Shape& cut, const std::vector<std::int64_t>& order, const Shape& joined) {
  return *Reshaped(Transposed(*Reshaped(PlainView(kDims), cut), order), joined);
}

TEST(View, ThereAndBackIsPlain) {
  const View plain = PlainView(kDims);
  EXPECT_EQ(ShapeOf(plain), (Shape{1, 12, 4, 6}));
  EXPECT_EQ(*Reshaped(*Reshaped(plain, {3, 2, 2, 2, 12}), {1, 12, 4, 6}), plain);
  EXPECT_EQ(Transposed(Transposed(plain, {0, 2, 3, 1}), {0, 3, 1, 2}), plain);
}

TEST(View, CutsOnlyWhereItDivides) {
  EXPECT_FALSE(Reshaped(PlainView(kDims), {1, 8, 6, 6}));
  EXPECT_FALSE(Reshaped(PlainView(kDims), {5, 7}));
  EXPECT_TRUE(Reshaped(PlainView(kDims), {12 * 4 * 6}));
}

TEST(View, ShufflesOfBothOrders) {
  const auto torch =
      FindRearrangement(Seen({1, 3, 2, 2, 4, 6}, {0, 1, 4, 2, 5, 3}, {1, 3, 8, 12}), kDims);
  ASSERT_TRUE(torch);
  EXPECT_EQ(torch->grow, 2);
  EXPECT_TRUE(torch->in_order);
  const auto tensorflow =
      FindRearrangement(Seen({1, 2, 2, 3, 4, 6}, {0, 3, 4, 1, 5, 2}, {1, 3, 8, 12}), kDims);
  ASSERT_TRUE(tensorflow);
  EXPECT_FALSE(tensorflow->in_order);
  EXPECT_TRUE(tensorflow->tensorflow);
}

// Every element of the view's tensor, against indices computed the long way.
TEST(View, UnshuffleTakesTheRightPixels) {
  const auto how =
      FindRearrangement(Seen({1, 12, 2, 2, 3, 2}, {0, 1, 3, 5, 2, 4}, {1, 48, 2, 3}), kDims);
  ASSERT_TRUE(how);
  EXPECT_EQ(how->shrink, 2);
  EXPECT_EQ(how->grow, 1);
  ASSERT_EQ(how->taps.size(), 48u);
  for (int k = 0; k < 48; ++k) {
    EXPECT_EQ(how->taps[k].channel, k / 4);
    EXPECT_EQ(how->taps[k].ky, k / 2 % 2);
    EXPECT_EQ(how->taps[k].kx, k % 2);
  }
}

TEST(View, OtherMovesAreNoRearrangement) {
  EXPECT_FALSE(FindRearrangement(Transposed(PlainView(kDims), {0, 2, 3, 1}), kDims));
  EXPECT_FALSE(FindRearrangement(Transposed(PlainView(kDims), {0, 1, 3, 2}), kDims));
  EXPECT_FALSE(FindRearrangement(Seen({1, 12, 2, 2, 6}, {2, 0, 1, 3, 4}, {2, 12, 2, 6}), kDims));
}

}  // namespace
}  // namespace winnow::onnx
