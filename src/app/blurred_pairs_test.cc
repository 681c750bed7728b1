#include "app/blurred_pairs.h"

#include <gtest/gtest.h>

#include "app/eval_set.h"
#include "base/error.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

class BlurredPairsTest : public testing::Test {
 protected:
  BlurredPairsTest() {
    fs::create_directories(folder_ / "in");
    WriteImage(MakePicture(40, 30), folder_ / "in/a.png");
    WriteImage(MakePicture(30, 40, 1), folder_ / "in/b.png");
    options_.blur.sharp = 0;
  }

  int Make(const std::string& out) {
    return MakeBlurredPairs(folder_ / "in", folder_ / out, options_);
  }

  TemporaryFolder folder_;
  BlurredPairsOptions options_;
};

TEST_F(BlurredPairsTest, MakesAnEvaluationSet) {
  EXPECT_EQ(Make("out"), 2);
  const EvalSet set = FindEvalSet(folder_ / "out", 1);
  ASSERT_EQ(set.pairs.size(), 2u);
  const EvalImages a = ReadPair(set.pairs[0], 1);
  EXPECT_EQ(a.target, MakePicture(40, 30));
  EXPECT_NE(a.input, a.target);
  EXPECT_EQ(ReadPair(set.pairs[1], 1).target, ToRgb8(MakePicture(30, 40, 1)));
}

TEST_F(BlurredPairsTest, TheSeedDecidesWhateverTheThreads) {
  options_.copies = 2;
  EXPECT_EQ(Make("one"), 4);
  options_.threads = 2;
  Make("two");
  options_.seed = 2;
  Make("three");
  const auto read = [&](const char* file) { return ReadImage(folder_ / file); };
  EXPECT_EQ(read("one/blur/b_2.png"), read("two/blur/b_2.png"));
  EXPECT_NE(read("one/blur/b_2.png"), read("three/blur/b_2.png"));
  EXPECT_NE(read("one/blur/b_2.png"), read("one/blur/b_1.png"));
}

TEST_F(BlurredPairsTest, Refusals) {
  Make("out");
  EXPECT_THROW(Make("out"), Error);
  options_.force = true;
  EXPECT_NO_THROW(Make("out"));
  WriteImage(MakePicture(8, 8), folder_ / "in/a.webp");
  EXPECT_THROW(Make("out"), Error);
  options_.blur.path = -1;
  EXPECT_THROW(Make("other"), Error);
}

}  // namespace
}  // namespace winnow
