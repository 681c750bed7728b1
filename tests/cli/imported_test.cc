// benchmarks/imported/run.sh from beginning to end, but for the other engines.
#include <gtest/gtest.h>

#include "cli/command_line.h"

namespace winnow {
namespace {

class ImportedTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("theirs", "srvgg", 2, {{"width", 8}, {"blocks", 1}});
    for (const char* name : {"photos/a.png", "photos/b.png"}) MakePictureFile(name, 200, 190);
    MakePictureFile("set/a.png", 40, 36);
  }

  ProcessResult Run() const {
    const std::string script = WINNOW_SOURCE_DIR "/benchmarks/imported/run.sh";
    const std::string command = "PEERS=0 STEPS=2 JOBS=1 BUDGETS=0.5 WINNOW='" WINNOW_PROGRAM "' '" +
                                script + "' '" + Path("out") + "' '" + Path("photos") + "' '" +
                                Path("set") + "' '" + Path("models/theirs.safetensors") + "'";
    return RunProcess({"/bin/sh", "-c", command}, "");
  }
};

TEST_F(ImportedTest, PrunesAndTrainsOn) {
  ProcessResult result = Run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* part :
       {"## theirs", "Without training:", "| pruned | greedy | 0.5 |",
        "After 2 steps without labels:", "| theirs-0.5 | greedy | 0.5 |", "| bicubic |"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << " in\n" << result.out;
  }
  EXPECT_EQ(result.out, Slurp(Path("out/theirs.md")));
  EXPECT_FALSE(Slurp(Path("out/theirs.html")).empty());
  // What is done stays.
  const std::string model = Slurp(Path("out/theirs-0.5.safetensors"));
  result = Run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err.find("theirs-0.5 done"), std::string::npos) << result.err;
  EXPECT_EQ(Slurp(Path("out/theirs-0.5.safetensors")), model);
}

}  // namespace
}  // namespace winnow
