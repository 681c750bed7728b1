// winnow report as a user sees it.
#include <gtest/gtest.h>

#include "cli/command_line.h"

namespace winnow {
namespace {

class ReportCommandTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("small", "srvgg", 2);
    MakePictureFile("set/a.png", 32, 24);
  }

  std::vector<std::string> Arguments(std::vector<std::string> more) const {
    std::vector<std::string> args = {"report", "small", "--set", Path("set"), "--runs", "0"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
};

TEST_F(ReportCommandTest, WritesThePage) {
  const ProcessResult result = Winnow(Arguments({"-o", Path("page.html")}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  const std::string page = Slurp(Path("page.html"));
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_NE(page.find("winnow report small --set"), std::string::npos);
}

TEST_F(ReportCommandTest, PrintsMarkdownAndJson) {
  const ProcessResult markdown = Winnow(Arguments({"--md"}));
  EXPECT_EQ(markdown.exit_code, 0) << markdown.err;
  EXPECT_TRUE(markdown.out.starts_with("| model | method |"));
  const nlohmann::json json = Json(Winnow(Arguments({"--json"})));
  EXPECT_EQ(json["models"][0]["label"], "small");
  EXPECT_EQ(json["models"][0]["time"], nullptr);
  EXPECT_EQ(json["protocol"], "y-shave2");
  EXPECT_TRUE(json["models"][0]["quality"]["set"]["psnr"].is_number());
}

TEST_F(ReportCommandTest, Refusals) {
  ExpectRefusal(Arguments({"-o", Path("models/small.safetensors")}), 2, ".html");
  ExpectRefusal(Arguments({"-o", Path("nowhere/page.html")}), 3, "nowhere: cannot write here");
  std::filesystem::create_directories(folder_ / "empty");
  ExpectRefusal({"report", Path("empty")}, 2, "log.jsonl is missing");
  ExpectRefusal({"report", "absent"}, 3, "absent");
  ExpectRefusal({"report", "small", "--set", Path("absent")}, 3, "no such folder");
  MakeModel("other", "srvgg", 4);
  ExpectRefusal({"report", "small", "other"}, 2, "one scale and task");
}

}  // namespace
}  // namespace winnow
