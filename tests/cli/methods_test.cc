// benchmarks/methods/run.sh from beginning to end.
#include <gtest/gtest.h>

#include "app/lpips_testing.h"
#include "base/file.h"
#include "cli/command_line.h"

namespace winnow {
namespace {

class MethodsTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("dense", "unet", 1, {{"width", 4}});
    for (const char* name : {"photos/a.png", "photos/b.png"}) MakePictureFile(name, 200, 190);
    for (const char* set : {"first", "second/sequence"}) {
      for (const char* part : {"/blur/a.png", "/sharp/a.png"})
        MakePictureFile(set + std::string(part), 40, 36);
    }
    WriteFile(folder_ / "lpips.safetensors", SerializeSafetensors(RandomLpipsWeights()));
  }

  ProcessResult Run(const std::string& settings) const {
    const std::string script = WINNOW_SOURCE_DIR "/benchmarks/methods/run.sh";
    const std::string command = settings + " WINNOW='" WINNOW_PROGRAM "' '" + script + "' '" +
                                Path("out") + "' '" + Path("photos") + "' '" + Path("first") + ":" +
                                Path("second") + "' '" + Path("models/dense.safetensors") + "'";
    return RunProcess({"/bin/sh", "-c", command}, "");
  }
};

TEST_F(MethodsTest, ComparesWaysOfCompressingADeblurringModel) {
  const std::string settings = "LABELS=photos STEPS=2 JOBS=1 SEEDS=1 BUDGETS=0.5 LPIPS='" +
                               Path("lpips.safetensors") + "' METHODS=";
  ProcessResult result = Run(settings + "one-shot");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("first PSNR / SSIM / LPIPS | second PSNR / SSIM / LPIPS | ms"),
            std::string::npos)
      << result.out;
  for (const char* row :
       {"| input |", "| dense | dense |", "| one-shot-0.5-seed1 | one-shot | 0.5 |"}) {
    EXPECT_NE(result.out.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(result.out, Slurp(Path("out/table.md")));
  EXPECT_NE(Slurp(Path("out/report.html")).find("data-baseline"), std::string::npos);
  // What is done stays.
  const std::string model = Slurp(Path("out/one-shot-0.5-seed1.safetensors"));
  result = Run(settings + "'one-shot greedy'");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err.find("one-shot"), std::string::npos) << result.err;
  EXPECT_EQ(Slurp(Path("out/one-shot-0.5-seed1.safetensors")), model);
  for (const char* row : {"| pruned | greedy | 0.5 |", "| greedy-0.5-seed1 | greedy | 0.5 |"}) {
    EXPECT_NE(result.out.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace winnow
