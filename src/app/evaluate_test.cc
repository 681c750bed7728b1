#include "app/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

Image Enlarge(const Image& image) { return ResizeBicubic(image, 2, 1); }

void WritePicture(const Image& image, const fs::path& path) {
  fs::create_directories(path.parent_path());
  WriteImage(image, path);
}

TEST(EvalSet, PublishedLayout) {
  TemporaryFolder folder;
  const Image sharp = MakePicture(41, 30);  // one column too many
  const Image cropped = Crop(sharp, {0, 0, 40, 30});
  WritePicture(sharp, folder / "HR/b.png");
  WritePicture(sharp, folder / "HR/a.png");
  WritePicture(ResizeBicubic(cropped, 1, 2), folder / "LR_bicubic/X2/ax2.png");
  WritePicture(ResizeBicubic(cropped, 1, 2), folder / "LR_bicubic/X2/bx2.png");
  const EvalSet set = FindEvalSet(folder.path(), 2);
  ASSERT_EQ(set.pairs.size(), 2u);
  EXPECT_EQ(set.pairs[0].name, "a");
  EXPECT_EQ(set.name, folder.path().filename());
  const EvalReport report = Evaluate(set, 2, UsualProtocol(2), Enlarge);
  const Quality expected = Compare(Enlarge(ResizeBicubic(cropped, 1, 2)), cropped, {true, 2});
  EXPECT_DOUBLE_EQ(report.rows[1].quality.psnr, expected.psnr);
  EXPECT_DOUBLE_EQ(report.mean.quality.ssim, expected.ssim);
  EXPECT_THROW(FindEvalSet(folder.path(), 4), Error);
  fs::remove(folder / "LR_bicubic/X2/bx2.png");
  EXPECT_THROW(FindEvalSet(folder.path(), 2), Error);
}

TEST(EvalSet, FlatFolderMakesItsInputs) {
  TemporaryFolder folder;
  const Image sharp = MakePicture(41, 31);
  WritePicture(sharp, folder / "a.png");
  const EvalSet set = FindEvalSet(folder.path(), 2);
  const EvalImages images = ReadPair(set.pairs.at(0), 2);
  EXPECT_EQ(images.target.width(), 40);
  EXPECT_EQ(images.target.height(), 30);
  EXPECT_EQ(images.input, ResizeBicubic(images.target, 1, 2));
  EXPECT_THROW(FindEvalSet(folder.path(), 1), Error);
}

TEST(EvalSet, BlurredAndSharp) {
  TemporaryFolder folder;
  const Image sharp = MakePicture(20, 20);
  WritePicture(sharp, folder / "sharp/a.png");
  WritePicture(MakePicture(20, 20, 3, 8, 2), folder / "blur/a.png");
  const EvalSet set = FindEvalSet(folder.path(), 1);
  const auto identity = [](const Image& image) { return image; };
  const EvalReport report = Evaluate(set, 1, UsualProtocol(1), identity);
  EXPECT_GT(report.mean.quality.psnr, 20);
  EXPECT_FALSE(std::isinf(report.mean.quality.psnr));
}

TEST(EvalSet, SequencesOfBlurredAndSharp) {
  TemporaryFolder folder;
  const Image picture = MakePicture(20, 20);
  for (const char* file : {"s1/sharp/1.png", "s1/blur/1.png", "s2/sharp/1.png", "s2/blur/1.png",
                           "s2/blur_gamma/1.png"}) {
    WritePicture(picture, folder / file);
  }
  const EvalSet set = FindEvalSet(folder.path(), 1);
  ASSERT_EQ(set.pairs.size(), 2u);
  EXPECT_EQ(set.pairs[0].name, "s1/1");
  EXPECT_EQ(set.pairs[1].input, folder / "s2/blur/1.png");
  const EvalSet gamma = FindEvalSet(folder.path(), 1, "blur_gamma");
  ASSERT_EQ(gamma.pairs.size(), 1u);
  EXPECT_EQ(gamma.pairs[0].input, folder / "s2/blur_gamma/1.png");
}

TEST(EvalSet, RefusesWhatIsNoSet) {
  TemporaryFolder folder;
  EXPECT_THROW(FindEvalSet(folder.path(), 2), Error);
  EXPECT_THROW(FindEvalSet(folder / "none", 2), Error);
}

TEST(Evaluate, NamesThePictureWhoseExtentIsWrong) {
  TemporaryFolder folder;
  WritePicture(MakePicture(20, 20), folder / "a.png");
  const EvalSet set = FindEvalSet(folder.path(), 2);
  try {
    Evaluate(set, 2, UsualProtocol(2), [](const Image& image) { return image; });
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a.png"), std::string::npos);
  }
}

}  // namespace
}  // namespace winnow
