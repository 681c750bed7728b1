#include "image/rows.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

Image Numbered(int width, int height) {
  Image image(width, height, 2, 16);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.set(y, x, 0, 1000 * y + x);
  }
  image.metadata.icc = "profile";
  return image;
}

TEST(ReadAll, GivesThePictureBack) {
  const Image image = Numbered(3, 5);
  ImageRows rows(image);
  EXPECT_EQ(rows.shape(), (ImageShape{3, 5, 2, 16}));
  EXPECT_EQ(rows.shape().row_bytes(), 12u);
  EXPECT_TRUE(rows.shape().has_alpha());
  EXPECT_TRUE(ReadAll(rows) == image);
  rows.Rewind();
  EXPECT_TRUE(ReadAll(rows) == image);
}

TEST(RowWindow, KeepsWhatTheNextPositionShares) {
  const Image image = Numbered(4, 20);
  ImageRows rows(image);
  RowWindow window(rows);
  for (const auto& [top, bottom] :
       {std::pair{0, 1}, {0, 6}, {2, 9}, {2, 9}, {9, 12}, {10, 12}, {11, 20}, {19, 20}}) {
    const Image part = window.Slide(top, bottom);
    EXPECT_EQ(window.top(), top);
    EXPECT_TRUE(part == Crop(image, {0, top, 4, bottom - top})) << top << " " << bottom;
  }
}

}  // namespace
}  // namespace winnow
