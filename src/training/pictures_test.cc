#include "training/pictures.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "image/bicubic.h"
#include "training/test_data.h"

namespace winnow {
namespace {

DataRecipe HrRecipe(const TemporaryFolder& folder) {
  DataRecipe recipe;
  recipe.hr = {Sub(folder, "hr")};
  return recipe;
}

void ExpectError(const DataRecipe& recipe, int scale, int patch, ErrorKind kind,
                 const std::string& part) {
  try {
    LoadPictures(recipe, scale, patch, 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(PicturesTest, MakesInputsFromSharpPictures) {
  TemporaryFolder folder;
  const Image image = WavyImage(33, 26, 1);
  WriteImage(image, Sub(folder, "hr") / "a.png");
  const Pictures pictures = LoadPictures(HrRecipe(folder), 4, 6, 1);
  ASSERT_EQ(pictures.training.size(), 1u);
  const PicturePair& pair = pictures.training[0];
  EXPECT_EQ(pair.name, "a.png");
  EXPECT_EQ(pair.target, Crop(image, {0, 0, 32, 24}));
  EXPECT_EQ(pair.input, ResizeBicubic(pair.target, 1, 4));
}

TEST(PicturesTest, ResizesLeavesOutAndKeepsForValidation) {
  TemporaryFolder folder;
  WriteWavyImages(Sub(folder, "hr"), 4, 40, 32);
  WriteImage(WavyImage(9, 60, 9), Sub(folder, "hr") / "narrow.png");
  DataRecipe recipe = HrRecipe(folder);
  recipe.sizes = {1.0, 0.75, 0.2, 1.5};
  recipe.validation_every = 2;
  const Pictures pictures = LoadPictures(recipe, 2, 8, 2);
  ASSERT_EQ(pictures.training.size(), 6u);  // of 0 and 2, whole, at 0.75 and at 1.5
  EXPECT_EQ(pictures.training[1].target.width(), 30);
  EXPECT_EQ(pictures.training[1].target.height(), 24);
  EXPECT_EQ(pictures.training[2].target.width(), 60);
  EXPECT_EQ(pictures.training[2].input.height(), 24);
  EXPECT_EQ(pictures.training[3].name, "2.png");
  ASSERT_EQ(pictures.validation.size(), 2u);
  EXPECT_EQ(pictures.validation[0].name, "1.png");
  EXPECT_EQ(pictures.notes.size(), 6u);  // 0 and 2 at 0.2; narrow at all
  EXPECT_NE(pictures.notes.back().find("narrow.png"), std::string::npos);
}

TEST(PicturesTest, ValidationPicturesAreLargeEnoughToCompare) {
  TemporaryFolder folder;
  WriteWavyImages(Sub(folder, "hr"), 2, 14, 14);
  WriteImage(WavyImage(15, 15, 9), folder / "hr/2.png");
  DataRecipe recipe = HrRecipe(folder);
  recipe.validation_every = 2;
  EXPECT_EQ(LoadPictures(recipe, 2, 4, 1).validation.size(), 0u);
  recipe.validation_every = 3;
  EXPECT_EQ(LoadPictures(recipe, 2, 4, 1).validation.size(), 0u);  // 14 after cropping
  WriteImage(WavyImage(16, 15, 9), folder / "hr/2.png");
  EXPECT_EQ(LoadPictures(recipe, 2, 4, 1).validation.size(), 0u);
  WriteImage(WavyImage(16, 16, 9), folder / "hr/2.png");
  EXPECT_EQ(LoadPictures(recipe, 2, 4, 1).validation.size(), 1u);
}

TEST(PicturesTest, GreyAlphaAndDeepPicturesBecomeRgb8) {
  TemporaryFolder folder;
  Image grey(16, 16, 1, 16);
  grey.set(3, 4, 0, 257 * 77 + 100);
  WriteImage(grey, Sub(folder, "hr") / "a.png");
  Image alpha(16, 16, 4);
  alpha.set(0, 0, 2, 99);
  alpha.set(0, 0, 3, 12);
  WriteImage(alpha, Sub(folder, "hr") / "b.png");
  const Pictures pictures = LoadPictures(HrRecipe(folder), 2, 4, 1);
  for (int c = 0; c < 3; ++c) EXPECT_EQ(pictures.training[0].target.at(3, 4, c), 77);
  EXPECT_EQ(pictures.training[1].target.channels(), 3);
  EXPECT_EQ(pictures.training[1].target.at(0, 0, 2), 99);
}

TEST(PicturesTest, PairsByName) {
  TemporaryFolder folder;
  const Image sharp = WavyImage(20, 20, 1), blurred = WavyImage(20, 20, 2);
  WriteImage(sharp, Sub(folder, "sharp") / "a.png");
  WriteImage(blurred, Sub(folder, "blurred") / "a.png");
  DataRecipe recipe;
  recipe.input = {Sub(folder, "blurred")};
  recipe.target = {Sub(folder, "sharp")};
  recipe.sizes = {1.0, 0.5};
  const Pictures pictures = LoadPictures(recipe, 1, 8, 1);
  ASSERT_EQ(pictures.training.size(), 2u);
  EXPECT_EQ(pictures.training[0].input, blurred);
  EXPECT_EQ(pictures.training[0].target, sharp);
  EXPECT_EQ(pictures.training[1].input, ResizeBicubic(blurred, 1, 2));

  ExpectError(recipe, 2, 8, ErrorKind::kInvalidArgument, "'sizes'");
  recipe.sizes = {1.0};
  ExpectError(recipe, 2, 8, ErrorKind::kInvalidArgument, "must be 1/2");
  WriteImage(sharp, Sub(folder, "sharp") / "b.png");
  ExpectError(recipe, 1, 8, ErrorKind::kNotFound, "b.png");
}

TEST(PicturesTest, PairsOfDeblurringSets) {
  TemporaryFolder folder;
  std::uint64_t seed = 1;
  for (const char* part : {"set/s1/blur", "set/s1/sharp", "set/s2/blur_gamma", "set/s2/sharp"}) {
    WriteImage(WavyImage(16, 16, seed++), Sub(folder, part) / "a.png");
  }
  DataRecipe recipe;
  recipe.pairs = {folder / "set"};
  const Pictures pictures = LoadPictures(recipe, 1, 8, 1);
  ASSERT_EQ(pictures.training.size(), 1u);
  EXPECT_EQ(pictures.training[0].input, WavyImage(16, 16, 1));
  EXPECT_EQ(pictures.training[0].target, WavyImage(16, 16, 2));
  recipe.pairs_input = "blur_gamma";
  EXPECT_EQ(LoadPictures(recipe, 1, 8, 1).training[0].input, WavyImage(16, 16, 3));
  recipe.pairs = {folder / "set/s1"};
  ExpectError(recipe, 1, 8, ErrorKind::kNotFound, "'pairs'");
}

TEST(PicturesTest, BlursValidationPicturesOnceAndLeavesOthersToTheSampler) {
  TemporaryFolder folder;
  WriteWavyImages(Sub(folder, "hr"), 4, 40, 32);
  DataRecipe recipe = HrRecipe(folder);
  recipe.validation_every = 2;
  recipe.blur = BlurOptions{.sharp = 0};
  const Pictures pictures = LoadPictures(recipe, 1, 8, 1), again = LoadPictures(recipe, 1, 8, 2);
  ASSERT_EQ(pictures.training.size(), 2u);
  EXPECT_EQ(pictures.training[0].input.size_bytes(), 0u);
  EXPECT_EQ(pictures.training[0].target, WavyImage(40, 32, 1));
  ASSERT_EQ(pictures.validation.size(), 2u);
  for (int i : {0, 1}) {
    EXPECT_EQ(pictures.validation[i].input, again.validation[i].input);
    EXPECT_NE(pictures.validation[i].input, pictures.validation[i].target);
  }
  ExpectError(recipe, 2, 8, ErrorKind::kInvalidArgument, "[data.blur]");
}

TEST(PicturesTest, Errors) {
  TemporaryFolder folder;
  DataRecipe recipe = HrRecipe(folder);
  ExpectError(recipe, 2, 8, ErrorKind::kInvalidArgument, "no picture in this folder");
  WriteWavyImages(Sub(folder, "hr"), 1, 15, 15);
  ExpectError(recipe, 2, 8, ErrorKind::kInvalidArgument, "no picture is left");
  ExpectError(recipe, 1, 8, ErrorKind::kInvalidArgument, "scale 1");
  recipe.hr = {folder / "absent"};
  ExpectError(recipe, 2, 8, ErrorKind::kNotFound, "absent");
}

TEST(PicturesTest, DigestSeesEveryPixelAndExtent) {
  std::vector<PicturePair> pairs = {{"a", Image(2, 3, 3), Image(4, 6, 3)}};
  const std::string digest = DigestOf(pairs);
  EXPECT_EQ(digest.size(), 16u);
  pairs[0].name = "b";
  EXPECT_EQ(DigestOf(pairs), digest);
  pairs[0].target.set(5, 3, 2, 1);
  EXPECT_NE(DigestOf(pairs), digest);
  pairs[0] = {"a", Image(3, 2, 3), Image(4, 6, 3)};
  EXPECT_NE(DigestOf(pairs), digest);
}

}  // namespace
}  // namespace winnow
