#include "app/report/crops.h"

#include <gtest/gtest.h>

#include "image/bicubic.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

TEST(FindDifference, TakesTheWindowThatDiffersMost) {
  const Image image = MakePicture(40, 30);
  Image other = image;
  for (int y = 16; y < 24; ++y) {
    for (int x = 24; x < 32; ++x) other.set(y, x, 2, 255 - image.at(y, x, 2));
  }
  const Rect rect = FindDifference(image, other, 8, 8, 4);
  EXPECT_EQ(rect.x, 24);
  EXPECT_EQ(rect.y, 16);
  EXPECT_EQ(rect.width, 8);
  EXPECT_EQ(rect.height, 8);
}

TEST(FindDifference, StaysInsideSmallPictures) {
  const Rect all = FindDifference(MakePicture(7, 5), MakePicture(7, 5, 3, 8, 2), 100, 100, 2);
  EXPECT_EQ(all.width, 6);
  EXPECT_EQ(all.height, 4);
  const Rect one = FindDifference(Image(1, 1, 1), Image(1, 1, 1), 100, 100, 1);
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
  EXPECT_EQ(picture.baseline, 1);
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

// Of a picture that is too large to be shown.
TEST(MakeCrops, DeblurringShowsWhereTheFirstModelDoesMost) {
  TemporaryFolder folder;
  const Image sharp = MakePicture(400, 300);
  const Image blurred = MakePicture(400, 300, 3, 8, 2);
  WriteImage(sharp, folder / "sharp.png");
  WriteImage(blurred, folder / "blur.png");
  const auto dense = [](Image image) {
    for (int y = 200; y < 300; ++y) {
      for (int x = 300; x < 400; ++x) image.set(y, x, 0, 255 - image.at(y, x, 0));
    }
    return image;
  };
  const CropPicture picture =
      MakeCrops({"a", folder / "blur.png", folder / "sharp.png"}, 1, {{"dense", dense}});
  ASSERT_EQ(picture.views.size(), 3u);
  EXPECT_EQ(picture.baseline, 0);
  EXPECT_EQ(picture.width, 288);
  EXPECT_EQ(picture.height, 192);
  const auto corner = [&](int i) {  // the last pixel that the model changes
    return DecodeImage(picture.views[i].bytes, "view").at(191, 287, 0);
  };
  EXPECT_EQ(picture.views[0].name, "input");
  EXPECT_EQ(corner(0), blurred.at(299, 399, 0));
  EXPECT_EQ(picture.views[1].name, "dense");
  EXPECT_EQ(corner(1), 255 - blurred.at(299, 399, 0));
  EXPECT_EQ(picture.views[2].name, "truth");
  EXPECT_EQ(corner(2), sharp.at(299, 399, 0));
}

}  // namespace
}  // namespace winnow
