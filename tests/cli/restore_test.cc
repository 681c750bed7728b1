#include <signal.h>

#include <chrono>
#include <thread>

#include "cli/command_line.h"
#include "support/profile.h"

namespace winnow {
namespace {

using namespace std::string_literals;

class RestoreTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("winnow-x2", "srvgg", 2);
    MakeModel("winnow-x4", "srvgg", 4);
  }
};

TEST_F(RestoreTest, TheScaleChoosesTheModel) {
  const std::string picture = MakePictureFile("a.png");
  for (auto [scale, width] : {std::pair{"2", 24}, {"3", 36}, {"4", 48}}) {
    const std::string output = Path("x"s + scale + ".png");
    const ProcessResult result = Winnow({"restore", picture, "-o", output, "-s", scale});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(ReadHeader(output).width, width);
    EXPECT_EQ(result.err.find("shrunk to 3") != std::string::npos, width == 36) << result.err;
  }
  EXPECT_EQ(Winnow({"restore", picture, "-o", Path("default.png"), "--quiet"}).err, "");
  EXPECT_EQ(ReadHeader(Path("default.png")).width, 48);
}

TEST_F(RestoreTest, FoldersAreMadeWhereTheyAreAbsent) {
  const std::string picture = MakePictureFile("a.png");
  EXPECT_EQ(Winnow({"restore", picture, "-o", Path("one/two/b.png")}).exit_code, 0);
  EXPECT_EQ(Winnow({"restore", picture, "-o", Path("three/four/")}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(Path("one/two/b.png")));
  EXPECT_TRUE(std::filesystem::exists(Path("three/four/a.png")));
}

TEST_F(RestoreTest, ThreadsAndTilesDoNotChangeThePicture) {
  const std::string picture = MakePictureFile("a.png", 150, 130);
  Winnow({"restore", picture, "-o", Path("one.png"), "-s", "2", "-j", "1"});
  Winnow({"restore", picture, "-o", Path("two.png"), "-s", "2", "-j", "2", "--max-memory", "300K"});
  EXPECT_EQ(Slurp(Path("one.png")), Slurp(Path("two.png")));
}

TEST_F(RestoreTest, MetadataAlphaAndDepthTravel) {
  Image image = MakePicture(13, 11, 4, 16);
  image.metadata.icc = SrgbProfile();
  image.metadata.exif =
      "II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x0a\0\0\0\x1a\0\0\0\0\0\0\0WinnowCam\0"s;
  image.metadata.xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";
  WriteImage(image, Path("a.png"));
  const ProcessResult result = Winnow({"restore", Path("a.png"), "-o", Path("b.png"), "-s", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Image restored = ReadImage(Path("b.png"));
  EXPECT_EQ(restored.bits(), 16);
  EXPECT_EQ(restored.channels(), 4);
  EXPECT_EQ(restored.width(), 26);
  EXPECT_TRUE(restored.metadata.icc == image.metadata.icc);
  EXPECT_NE(restored.metadata.exif.find("WinnowCam"), std::string::npos);
  EXPECT_EQ(restored.metadata.xmp, image.metadata.xmp);
  bool alpha_varies = false;
  for (int x = 0; x < 26; ++x) alpha_varies |= restored.at(0, x, 3) != restored.at(0, 0, 3);
  EXPECT_TRUE(alpha_varies);
}

TEST_F(RestoreTest, OpaqueAlphaStaysOpaque) {
  Image image = MakePicture(9, 9, 4);
  for (int i = 0; i < 81; ++i) image.set(i / 9, i % 9, 3, 255);
  WriteImage(image, Path("a.png"));
  ASSERT_EQ(Winnow({"restore", Path("a.png"), "-o", Path("b.png"), "-s", "2"}).exit_code, 0);
  const Image restored = ReadImage(Path("b.png"));
  for (int i = 0; i < 18 * 18; ++i) ASSERT_EQ(restored.at(i / 18, i % 18, 3), 255);
}

TEST_F(RestoreTest, ABadFileOfAFolderIsNamedAndTheRestIsRestored) {
  MakePictureFile("in/a.png");
  Spill(folder_ / "in/bad.png", Slurp(MakePictureFile("in/sub/c.jpg")).substr(0, 40));
  const std::vector<std::string> args = {"restore",   Path("in"), "-r", "-o",
                                         Path("out"), "-s",       "2",  "--json"};
  const ProcessResult result = Winnow(args);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("bad.png"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("1 of 3 pictures failed"), std::string::npos) << result.err;
  const nlohmann::json files = nlohmann::json::parse(result.out)["files"];
  EXPECT_EQ(files[0]["status"], "restored");
  EXPECT_EQ(files[1]["status"], "failed");
  EXPECT_EQ(files[2]["width"], 24);
  EXPECT_EQ(FilesIn("out"), (std::vector<std::string>{"a.png", "sub"}));
  EXPECT_EQ(FilesIn("out/sub"), std::vector<std::string>{"c.jpg"});
}

TEST_F(RestoreTest, ABadFileAloneIsBadInput) {
  Spill(folder_ / "bad.png", "\x89PNG\r\n\x1a\nnonsense");
  ExpectRefusal({"restore", Path("bad.png"), "-o", Path("out.png")}, 3, "bad.png");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out.png"));
}

TEST_F(RestoreTest, Pipes) {
  const std::string picture = Slurp(MakePictureFile("a.png"));
  const ProcessResult result =
      Winnow({"restore", "-", "-o", "-", "-s", "2", "-f", "webp"}, picture);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(DecodeImage(result.out, "pipe").width(), 24);
  EXPECT_EQ(result.out.substr(8, 4), "WEBP");
  EXPECT_EQ(Winnow({"restore", "-", "-o", "-"}, "").exit_code, 3);
}

TEST_F(RestoreTest, ResumeSkipsWhatIsThere) {
  MakePictureFile("in/a.png");
  MakePictureFile("in/b.png");
  Spill(folder_ / "out/a_x2.png", "finished earlier");
  std::vector<std::string> args = {
      "restore", Path("in"), "-r", "-o", Path("out"), "-s", "2", "--name", "{stem}_x{scale}.{ext}"};
  ExpectRefusal(args, 2, "exists");
  args.insert(args.end(), {"--resume", "--json"});
  const nlohmann::json files = Json(Winnow(args))["files"];
  EXPECT_EQ(files[0]["status"], "skipped");
  EXPECT_EQ(files[1]["status"], "restored");
  EXPECT_EQ(Slurp(folder_ / "out/a_x2.png"), "finished earlier");
  EXPECT_EQ(ReadHeader(folder_ / "out/b_x2.png").width, 24);
}

class InterruptTest : public RestoreTest {
 protected:
  void SetUp() override {
    RestoreTest::SetUp();
    MakeModel("slow", "srvgg", 2, {{"width", 64}, {"blocks", 16}});
    std::filesystem::create_directories(folder_ / "out");
  }

  std::vector<std::string> SlowCommand() {
    return CommandLine({"restore", MakePictureFile("a.png", 300, 240), "-o", Path("out/a.png"),
                        "-m", "slow", "--max-memory", "16M", "--verbose"});
  }

  static void WaitForProgress(Process& process) {
    while (process.Running() && process.err().find('%') == std::string::npos) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

TEST_F(InterruptTest, LeavesNothingHalfWritten) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Process process(SlowCommand());
    WaitForProgress(process);
    process.Signal(signal);
    const ProcessResult result = process.Wait();
    EXPECT_EQ(result.exit_code, 130) << result.err;
    EXPECT_NE(result.err.find("interrupted"), std::string::npos);
    EXPECT_TRUE(FilesIn("out").empty()) << signal;
  }
}

TEST_F(InterruptTest, AHangUpIsIgnoredWhereItWasBefore) {
  std::vector<std::string> args = {"/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"};
  std::ranges::copy(SlowCommand(), std::back_inserter(args));
  Process process(args);
  WaitForProgress(process);
  process.Signal(SIGHUP);
  const ProcessResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(FilesIn("out"), std::vector<std::string>{"a.png"});
}

TEST_F(InterruptTest, TheLimitOfAFilesSizeIsAnError) {
  const std::string picture = MakePictureFile("a.png", 90, 70);
  const auto run = [&](const std::vector<std::string>& command) {
    std::vector<std::string> args = {"/bin/sh", "-c", "ulimit -f 4; exec \"$@\"", "sh"};
    std::ranges::copy(CommandLine(command), std::back_inserter(args));
    const ProcessResult result = RunProcess(args);
    EXPECT_EQ(result.exit_code, 3) << result.err;
    EXPECT_TRUE(FilesIn("out").empty()) << command[0];
    return result;
  };
  for (const char* name : {"out/a.png", "out/a.jpg", "out/a.webp"}) {
    run({"restore", picture, "-o", Path(name), "-m", "slow"});
  }
  run({"export", "slow", "-o", Path("out/slow.onnx")});
  // What took long to measure is printed before it is written.
  const ProcessResult bench = run({"bench", "--layers", "-m", "slow", "--m", "128", "--n", "128",
                                   "--runs", "1", "--size", "8x8", "-o", Path("out/t.json")});
  EXPECT_NE(bench.out.find("128:128"), std::string::npos) << bench.out;
}

}  // namespace
}  // namespace winnow
