// --ensemble of the commands that restore.
#include "cli/command_line.h"
#include "image/quality.h"

namespace winnow {
namespace {

Image Mirrored(const Image& image) {
  Image result(image.width(), image.height(), image.channels(), image.bits());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      for (int c = 0; c < result.channels(); ++c) {
        result.set(y, x, c, image.at(y, image.width() - 1 - x, c));
      }
    }
  }
  return result;
}

Image QuarterTurned(const Image& image) {
  Image result(image.height(), image.width(), image.channels(), image.bits());
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      for (int c = 0; c < result.channels(); ++c) {
        result.set(y, x, c, image.at(image.height() - 1 - x, y, c));
      }
    }
  }
  return result;
}

class EnsembleTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("deblur", "unet", 1);
  }

  // A weak correction, so that nothing is clamped.
  Image Restored(const Image& image, std::vector<std::string> with = {}) {
    WriteImage(image, Path("in.png"));
    with.insert(with.begin(), {"restore", Path("in.png"), "-o", Path("out.png"), "-m", "deblur",
                               "--strength", "0.01", "--force"});
    const ProcessResult result = Winnow(with);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ReadImage(Path("out.png"));
  }
};

int LargestDifference(const Image& a, const Image& b) {
  int largest = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      for (int c = 0; c < a.channels(); ++c) {
        largest = std::max(largest, std::abs(a.at(y, x, c) - b.at(y, x, c)));
      }
    }
  }
  return largest;
}

TEST_F(EnsembleTest, RestoresToTheMeanOfWhatTurnedPicturesBecome) {
  const Image image = MakePicture(32, 16, 4, 16);  // needs no padding
  Image turned = image;
  std::vector<int> sums(image.size_bytes() / 2, 0);
  for (int quarters = 0; quarters < 4; ++quarters) {
    for (const bool mirrored : {false, true}) {
      Image back = mirrored ? Mirrored(Restored(Mirrored(turned))) : Restored(turned);
      for (int i = quarters; i % 4 != 0; ++i) back = QuarterTurned(back);
      ASSERT_EQ(back.width(), 32);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += back.at(0, 0, static_cast<int>(i));
    }
    turned = QuarterTurned(turned);
  }
  Image mean(32, 16, 4, 16);
  for (std::size_t i = 0; i < sums.size(); ++i) mean.set(0, 0, static_cast<int>(i), sums[i] / 8);
  const Image ensemble = Restored(image, {"--ensemble"});
  EXPECT_LE(LargestDifference(ensemble, mean), 2);  // of 65535
  EXPECT_GT(LargestDifference(Restored(image), mean), 100);
}

TEST_F(EnsembleTest, ThreadsAndTilesDoNotChangeThePicture) {
  const Image image = MakePicture(243, 181);
  const Image whole = Restored(image, {"--ensemble", "-j", "1"});
  EXPECT_TRUE(Restored(image, {"--ensemble", "-j", "2", "--max-memory", "1500K"}) == whole);
  EXPECT_FALSE(Restored(image) == whole);
}

TEST_F(EnsembleTest, FoldersAreRestoredAlike) {
  MakePictureFile("photos/a.png", 20, 13);
  MakePictureFile("photos/b/c.png", 9, 30);
  const std::vector<std::string> with = {"-m", "deblur", "--ensemble"};
  const auto restore = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "restore");
    args.insert(args.end(), with.begin(), with.end());
    const ProcessResult result = Winnow(args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
  };
  restore({Path("photos"), "-r", "-o", Path("all")});
  for (const char* name : {"a.png", "b/c.png"}) {
    restore({Path("photos/") + name, "-o", Path("one/") + name});
    EXPECT_TRUE(ReadImage(Path("all/") + name) == ReadImage(Path("one/") + name)) << name;
  }
}

TEST_F(EnsembleTest, IsWhatEvalMeasures) {
  const Image sharp = MakePicture(41, 30);
  std::filesystem::create_directories(folder_ / "pairs/sharp");
  WriteImage(sharp, Path("pairs/sharp/a.png"));
  const std::string blurred = MakePictureFile("pairs/blur/a.png", 41, 30);
  std::vector<std::string> args = {"restore", blurred,  "-o",        Path("out.png"),
                                   "-m",      "deblur", "--ensemble"};
  ASSERT_EQ(Winnow(args).exit_code, 0);
  const double expected = Compare(ReadImage(Path("out.png")), sharp, {false, 0}).psnr;

  args = {"eval", "-m", "deblur", "--set", Path("pairs"), "--json"};
  const nlohmann::json plain = Json(Winnow(args));
  EXPECT_EQ(plain["ensemble"], false);
  EXPECT_GT(std::abs(plain["sets"][0]["mean"]["psnr"].get<double>() - expected), 1e-3);
  args.push_back("--ensemble");
  const nlohmann::json ensemble = Json(Winnow(args));
  EXPECT_EQ(ensemble["ensemble"], true);
  EXPECT_DOUBLE_EQ(ensemble["sets"][0]["mean"]["psnr"], expected);
  args.insert(args.end(), {"--executor", "reference"});
  EXPECT_NEAR(Json(Winnow(args))["sets"][0]["mean"]["psnr"], expected, 1e-3);
  args = {"eval", "-m", "deblur", "--set", Path("pairs"), "--ensemble"};
  EXPECT_NE(Winnow(args).out.find("ensemble"), std::string::npos);
}

}  // namespace
}  // namespace winnow
