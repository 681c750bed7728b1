// The manual page and the completions that are written from the commands.
#include <gtest/gtest.h>

#include <string>

#include "support/process.h"

namespace winnow {
namespace {

const std::string kFolder = WINNOW_BUILD_DIR "/reference/";

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What bash offers for the last of these words.
std::string Completed(const std::string& words) {
  return RunProcess({"/usr/bin/env", "bash", "-c",
                     "winnow() { echo '  winnow-x9  built-in model'; }; source " + kFolder +
                         "winnow.bash; COMP_WORDS=(" + words +
                         "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _winnow; "
                         "printf '%s\\n' \"${COMPREPLY[@]}\""})
      .out;
}

TEST(ManPage, HasEveryCommandAndOption) {
  const std::string page = Slurp(kFolder + "winnow.1");
  EXPECT_TRUE(Has(page, ".TH WINNOW 1")) << page.substr(0, 100);
  for (const char* part :
       {".SS restore\n", ".SS report\n", "\\-\\-max\\-memory", "(required)",
        "\\fBexact\\fR|\\fBfast\\fR", ".SH EXIT STATUS\nExit codes: 0 done",
        "Example: winnow restore photos/ \\-r", "WINNOW_MODELS", "WINNOW_ISA",
        "avx512, avx2, sse4, neon or scalar", "WINNOW_KERNEL", "WINNOW_CALIBRATION",
        "\\fBwinnow info\\fR [\\fIoptions\\fR] [\\fImodel\\fR]", "\\-\\-learning\\-rate"}) {
    EXPECT_TRUE(Has(page, part)) << part;
  }
}

TEST(ManPage, IsGoodRoff) {
  if (RunProcess({"/bin/sh", "-c", "command -v groff"}).exit_code != 0) {
    GTEST_SKIP() << "no groff here";
  }
  const ProcessResult text =
      RunProcess({"/usr/bin/env", "groff", "-man", "-ww", "-Tutf8", kFolder + "winnow.1"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.err, "");
}

TEST(BashCompletion, CommandsOptionsChoicesAndModels) {
  EXPECT_EQ(Completed("winnow re"), "restore\nreport\n");
  EXPECT_TRUE(Has(Completed("winnow ''"), "compress\n"));
  EXPECT_EQ(Completed("winnow restore --prec"), "--precision\n");
  EXPECT_EQ(Completed("winnow restore --precision f"), "fast\nfp16\n");
  EXPECT_EQ(Completed("winnow restore --task ''"), "deblur\nenlarge\n");
  EXPECT_TRUE(Has(Completed("winnow restore -m winnow-"), "winnow-x9\n"));
  EXPECT_TRUE(Has(Completed("winnow info winnow-"), "winnow-x9\n"));
  EXPECT_EQ(Completed("winnow restore photo"), "\n");  // files, by bash itself
}

TEST(OtherCompletions, HaveEveryCommandAndQuoteWell) {
  const std::string zsh = Slurp(kFolder + "_winnow");
  EXPECT_TRUE(zsh.starts_with("#compdef winnow winnow-training\n"));
  EXPECT_TRUE(Has(zsh, "'restore:Enlarge or sharpen pictures'"));
  EXPECT_TRUE(Has(zsh, "'(-o --output)'{-o,--output}'["));
  EXPECT_TRUE(Has(zsh, ":TEXT:(exact fast bf16 fp16)'"));
  EXPECT_TRUE(Has(zsh, "every processor]:INT: '"));
  EXPECT_TRUE(Has(zsh, "model'\\''s"));
  const std::string fish = Slurp(kFolder + "winnow.fish");
  EXPECT_TRUE(Has(fish, "-n __fish_use_subcommand -a restore -d 'Enlarge or sharpen pictures'\n"));
  EXPECT_TRUE(Has(fish, "-s j -l threads -x -d "));
  EXPECT_TRUE(Has(fish, "-l precision -x -a 'exact fast bf16 fp16'"));
  EXPECT_TRUE(Has(fish, "model\\'s"));
}

}  // namespace
}  // namespace winnow
