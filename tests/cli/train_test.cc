#include <signal.h>

#include <chrono>
#include <thread>

#include "base/random.h"
#include "cli/command_line.h"

namespace winnow {
namespace {

class TrainTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    for (const char* name : {"hr/a.png", "hr/b.png", "hr/c.png"}) MakePictureFile(name, 48, 40);
    Spill(folder_ / "recipe.toml", R"(
name = "tiny"
network = "srvgg"
scale = 2
[settings]
width = 8
blocks = 1
[data]
hr = ["hr"]
[training]
batch = 2
patch = 8
precision = "f32"
steps = 300
weights_dtype = "f32"
[log]
every = 10
checkpoint_every = 5
)");
  }

  std::vector<std::string> Arguments(const std::string& run, bool resume = false) const {
    std::vector<std::string> args = {"train", Path("recipe.toml"), "--run", Path(run), "-j", "1"};
    if (resume) args.push_back("--resume");
    return args;
  }

  // Waits until a first or newer checkpoint is there.
  void AwaitCheckpoint(Process& process, const std::string& run,
                       const std::string& old = "") const {
    const std::string path = Path(run + "/checkpoint.safetensors");
    while (process.Running() && (Slurp(path).empty() || Slurp(path) == old)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::string TrainToTheEnd(const std::string& run, bool resume) {
    const ProcessResult result = Winnow(Arguments(run, resume));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return Slurp(result.out.substr(0, result.out.find('\n')));
  }
};

TEST_F(TrainTest, KilledAtAnyMomentTheResultIsTheSame) {
  const std::string expected = TrainToTheEnd("uninterrupted", false);
  ASSERT_FALSE(expected.empty());
  Random random(20);
  std::string checkpoint;
  for (int kill = 0; kill < 3; ++kill) {
    Process process(CommandLine(Arguments("killed", kill > 0)));
    AwaitCheckpoint(process, "killed", checkpoint);
    std::this_thread::sleep_for(std::chrono::microseconds(random.Below(30'000)));
    process.Signal(SIGKILL);
    ASSERT_EQ(process.Wait().exit_code, 128 + SIGKILL) << "training ended before it was killed";
    checkpoint = Slurp(Path("killed/checkpoint.safetensors"));
  }
  EXPECT_TRUE(TrainToTheEnd("killed", true) == expected);
}

TEST_F(TrainTest, AnInterruptSavesAndTheResultIsTheSame) {
  const std::string expected = TrainToTheEnd("uninterrupted", false);
  Process process(CommandLine(Arguments("interrupted")));
  AwaitCheckpoint(process, "interrupted");
  process.Signal(SIGINT);
  const ProcessResult result = process.Wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_NE(result.err.find("resume"), std::string::npos) << result.err;
  EXPECT_TRUE(TrainToTheEnd("interrupted", true) == expected);
}

TEST_F(TrainTest, TheResultIsAModelThatRestores) {
  ASSERT_FALSE(TrainToTheEnd("run", false).empty());
  const std::string picture = MakePictureFile("a.png");
  std::string model;
  for (const std::string& name : FilesIn("run")) {
    if (name.starts_with("tiny")) model = Path("run/" + name);
  }
  const ProcessResult result = Winnow({"restore", picture, "-o", Path("b.png"), "-m", model});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(ReadHeader(Path("b.png")).width, 24);
}

TEST_F(TrainTest, LibtorchAgreesWithTheEngine) {
  MakeModel("small", "srvgg", 2);
  std::vector<std::string> args = {"eval",     "-m",         "small",  "--set",
                                   Path("hr"), "--executor", "engine", "--json"};
  const auto psnr = [&](const std::string& executor) {
    args[6] = executor;
    const nlohmann::json json = Json(Winnow(args));
    EXPECT_EQ(json["executor"], executor);
    return json["sets"][0]["mean"]["psnr"].get<double>();
  };
  const double plain = psnr("engine");
  EXPECT_NEAR(psnr("libtorch"), plain, 1e-3);
  args.push_back("--ensemble");
  const double ensemble = psnr("engine");
  EXPECT_NEAR(psnr("libtorch"), ensemble, 1e-3);
  EXPECT_GT(std::abs(ensemble - plain), 1e-2);
}

TEST_F(TrainTest, Refusals) {
  ExpectRefusal({"train", Path("none.toml")}, 3, "none.toml");
  Spill(folder_ / "bad.toml", "name = \"x\"\nwhat = 1\n");
  ExpectRefusal({"train", Path("bad.toml")}, 2, "what");
  EXPECT_NE(Winnow(Arguments("nowhere", true)).exit_code, 0);
}

}  // namespace
}  // namespace winnow
