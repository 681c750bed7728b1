// What restore refuses before it computes anything.
#include "cli/command_line.h"

namespace winnow {
namespace {

class RestoreRefusalsTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("winnow-x2", "srvgg", 2);
    MakeModel("deblur", "unet", 1);
    picture_ = MakePictureFile("a.png");
  }

  void ExpectRestoreRefusal(std::vector<std::string> args, int exit_code, const std::string& text) {
    args.insert(args.begin(), {"restore", "-m", "winnow-x2"});
    ExpectRefusal(args, exit_code, text);
  }

  std::string picture_;
};

TEST_F(RestoreRefusalsTest, Outputs) {
  ExpectRestoreRefusal({picture_, "-o", picture_, "--force"}, 2, "is an input");
  const std::string existing = MakePictureFile("b.png");
  ExpectRestoreRefusal({picture_, "-o", existing}, 2, "--force");
  ExpectRestoreRefusal({picture_, "-o", "/proc/b.png"}, 3, "/proc: cannot write here");
  ExpectRestoreRefusal({picture_, "-o", Path("a.png/b.png")}, 3, "a.png");
  ExpectRestoreRefusal({picture_, "-o", Path("b.bmp")}, 2, "unknown format");
  ExpectRestoreRefusal({picture_, "-o", Path("c.png"), "-f", "gif"}, 2, "gif");
  ExpectRestoreRefusal({picture_, "-o", Path("c/"), "-f", "gif"}, 2, "unknown format 'gif'");
  ExpectRestoreRefusal({picture_, "-o", "-", "--json"}, 2, "not both");
  ExpectRestoreRefusal({picture_, existing, "-o", "-"}, 2, "one picture");
  ExpectRestoreRefusal({picture_, existing, "-o", Path("out"), "--name", "x.png"}, 2, "both");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(RestoreRefusalsTest, Inputs) {
  ExpectRestoreRefusal({Path("none.png"), "-o", Path("b.png")}, 3, "none.png: no such file");
  ExpectRestoreRefusal({folder_.path().string(), "-o", Path("out")}, 2, "add -r");
  ExpectRestoreRefusal({Path("models"), "-r", "-o", Path("out")}, 2, "no picture");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--max-pixels", "100"}, 3, "a.png");
}

TEST_F(RestoreRefusalsTest, ModelsAndScales) {
  ExpectRefusal({"restore", picture_, "-o", Path("b.png"), "-m", "none"}, 3, "winnow-x2");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "-s", "4"}, 2, "out of its reach");
  ExpectRefusal({"restore", picture_, "-o", Path("b.png"), "-m", "deblur", "-s", "2"}, 2,
                "keeps the size");
  ExpectRefusal({"restore", picture_, "-o", Path("b.png"), "-s", "8"}, 2, "choose a model");
}

TEST_F(RestoreRefusalsTest, Tasks) {
  ExpectRefusal({"restore", picture_, "-o", Path("b.png"), "--task", "sharpen"}, 2, "--task");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--task", "deblur"}, 2,
                       "not for deblurring");
  ExpectRefusal({"restore", picture_, "-o", Path("b.png"), "--task", "deblur", "-s", "2"}, 2,
                "choose a model");
}

TEST_F(RestoreRefusalsTest, DeblursByTask) {
  MakeModel("winnow-deblur", "unet", 1);
  EXPECT_EQ(Winnow({"restore", picture_, "-o", Path("b.png"), "--task", "deblur"}).exit_code, 0);
  EXPECT_EQ(ReadHeader(Path("b.png")).width, 12);
}

TEST_F(RestoreRefusalsTest, StrengthIsOfCorrections) {
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--strength", "0.5"}, 2, "no strength");
  const auto restored = [&](const char* strength) {
    EXPECT_EQ(Winnow({"restore", picture_, "-o", Path("b.png"), "-m", "deblur", "--force",
                      "--strength", strength})
                  .exit_code,
              0);
    return ReadImage(Path("b.png"));
  };
  const Image input = ReadImage(picture_), weak = restored("0.01"), usual = restored("1");
  int weak_change = 0, usual_change = 0;
  for (int y = 0; y < input.height(); ++y) {
    for (int x = 0; x < input.width(); ++x) {
      weak_change += std::abs(weak.at(y, x, 0) - input.at(y, x, 0));
      usual_change += std::abs(usual.at(y, x, 0) - input.at(y, x, 0));
    }
  }
  EXPECT_LT(10 * weak_change, usual_change);
}

TEST_F(RestoreRefusalsTest, Values) {
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "-q", "101"}, 2, "quality");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--max-memory", "lots"}, 2, "512M");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--max-memory", ""}, 2, "512M");
  ExpectRestoreRefusal({picture_, "-o", Path("b.png"), "--resume", "--force"}, 2, "--force");
}

TEST_F(RestoreRefusalsTest, TilesThatCannotBeSmallEnough) {
  const std::string large = MakePictureFile("large.png", 300, 300);
  ExpectRestoreRefusal({large, "-o", Path("b.png"), "--max-memory", "1K"}, 3, "at least");
}

TEST_F(RestoreRefusalsTest, DeblursAtItsOwnScale) {
  const std::vector<std::string> args = {"restore", picture_, "-o", Path("b.png"), "-m", "deblur"};
  EXPECT_EQ(Winnow(args).exit_code, 0);
  EXPECT_EQ(ReadHeader(Path("b.png")).width, 12);
}

}  // namespace
}  // namespace winnow
