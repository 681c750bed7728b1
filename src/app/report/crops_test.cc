#include "app/report/crops.h"

#include <gtest/gtest.h>

#include "image/bicubic.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

TEST(FindDetail, TakesTheLiveliestWindow) {
  Image image(40, 30, 3);
  for (int y = 16; y < 24; ++y) {
    for (int x = 24; x < 32; ++x) image.set(y, x, 0, (x + y) % 2 * 255);
  }
  const Rect rect = FindDetail(image, 8, 8, 4);
  EXPECT_EQ(rect.x, 24);
  EXPECT_EQ(rect.y, 16);
  EXPECT_EQ(rect.width, 8);
  EXPECT_EQ(rect.height, 8);
}

TEST(FindDetail, StaysInsideSmallPictures) {
  const Rect all = FindDetail(MakePicture(7, 5), 100, 100, 2);
  EXPECT_EQ(all.width, 6);
  EXPECT_EQ(all.height, 4);
  const Rect one = FindDetail(Image(1, 1, 1), 100, 100, 1);
  EXPECT_EQ(one.width, 1);
  EXPECT_EQ(one.height, 1);
}

TEST(MakeCrops, ShowsInputRestoredAndTruth) {
  TemporaryFolder folder;
  const Image sharp = MakePicture(41, 30);  // one column too many
  WriteImage(sharp, folder / "a.png");
  const Image cropped = Crop(sharp, {0, 0, 40, 30});
  const Image small = ResizeBicubic(cropped, 1, 2);
  const auto enlarge = [](const Image& image) { return ResizeBicubic(image, 2, 1); };
  const CropPicture picture = MakeCrops({"a", {}, folder / "a.png"}, 2, {{"model", enlarge}});
  EXPECT_EQ(picture.name, "a");
  EXPECT_EQ(picture.width, 40);
  EXPECT_EQ(picture.height, 30);
  ASSERT_EQ(picture.views.size(), 4u);
  const auto decode = [&](int i) { return DecodeImage(picture.views[i].bytes, "view"); };
  EXPECT_EQ(picture.views[0].name, "input (nearest)");
  EXPECT_EQ(decode(0).at(5, 7, 1), small.at(2, 3, 1));
  EXPECT_EQ(picture.views[1].name, "bicubic");
  EXPECT_EQ(decode(1).at(5, 7, 1), enlarge(small).at(5, 7, 1));
  EXPECT_EQ(picture.views[2].name, "model");
  EXPECT_EQ(decode(2).at(29, 39, 2), enlarge(small).at(29, 39, 2));
  EXPECT_EQ(picture.views[3].name, "truth");
  EXPECT_EQ(decode(3).at(29, 39, 0), cropped.at(29, 39, 0));
}

TEST(MakeCrops, DeblurringShowsTheInputAsItIs) {
  TemporaryFolder folder;
  WriteImage(MakePicture(9, 8), folder / "sharp.png");
  WriteImage(MakePicture(9, 8, 3, 8, 2), folder / "blur.png");
  const CropPicture picture = MakeCrops({"a", folder / "blur.png", folder / "sharp.png"}, 1, {});
  ASSERT_EQ(picture.views.size(), 2u);
  EXPECT_EQ(picture.views[0].name, "input");
  EXPECT_EQ(picture.width, 9);
}

}  // namespace
}  // namespace winnow
