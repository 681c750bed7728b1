#include "app/lpips.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/evaluate.h"
#include "app/lpips_testing.h"
#include "base/error.h"
#include "base/file.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

class LpipsTest : public testing::Test {
 protected:
  void Write(const TensorFile& file) { WriteFile(Path(), SerializeSafetensors(file)); }
  fs::path Path() const { return folder_ / "lpips.safetensors"; }

  TemporaryFolder folder_;
};

TEST_F(LpipsTest, IsASymmetricDistance) {
  Write(RandomLpipsWeights());
  Lpips lpips(Path(), 1);
  const Image a = MakePicture(40, 33), b = MakePicture(40, 33, 3, 8, 2);
  EXPECT_EQ(lpips.Distance(a, a), 0);
  EXPECT_GT(lpips.Distance(a, b), 0);
  EXPECT_EQ(lpips.Distance(a, b), lpips.Distance(b, a));
}

TEST_F(LpipsTest, IsMeasuredOnWholePictures) {
  Write(RandomLpipsWeights());
  Lpips lpips(Path(), 1);
  const Image sharp = MakePicture(40, 40);
  WriteImage(sharp, folder_ / "a.png");
  const auto restore = [](const Image& image) { return ResizeBicubic(image, 2, 1); };
  const EvalReport report = Evaluate(FindEvalSet(folder_.path(), 2), 2, {true, 2}, restore,
                                     {.on_row = {}, .stop = nullptr, .lpips = &lpips});
  ASSERT_TRUE(report.mean.lpips);
  EXPECT_DOUBLE_EQ(*report.mean.lpips, lpips.Distance(restore(ResizeBicubic(sharp, 1, 2)), sharp));
}

TEST_F(LpipsTest, Refusals) {
  TensorFile file = RandomLpipsWeights();
  Write(file);
  Lpips lpips(Path(), 1);
  EXPECT_THROW(lpips.Distance(Image(40, 40, 3), Image(40, 41, 3)), Error);
  EXPECT_THROW(lpips.Distance(Image(31, 40, 3), Image(31, 40, 3)), Error);
  file.tensors.erase("lin3.weight");
  Write(file);
  EXPECT_THROW(Lpips(Path(), 1), Error);
  file = RandomLpipsWeights();
  file.tensors.erase("features.6.bias");
  Write(file);
  EXPECT_THROW(Lpips(Path(), 1), Error);
}

TEST_F(LpipsTest, ReproducesThePublishedExample) {
  const fs::path data = WINNOW_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << "the published weights are not at " << data;
  Lpips lpips(data / "weights/lpips_alex_v0.1.safetensors", 2);
  const auto read = [&](const char* name) { return ReadImage(data / "golden" / name); };
  EXPECT_NEAR(lpips.Distance(read("ex_p0.png"), read("ex_ref.png")), 0.721881, 2e-6);
  EXPECT_NEAR(lpips.Distance(read("ex_p1.png"), read("ex_ref.png")), 0.137566, 2e-6);
}

}  // namespace
}  // namespace winnow
