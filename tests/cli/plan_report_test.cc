#include "cli/plan_report.h"

#include <gtest/gtest.h>

#include "cli/table.h"

namespace winnow {
namespace {

BenchmarkReport ReportOf(double predicted_ms) {
  BenchmarkReport report;
  report.cpu = "a processor";
  report.isa = "avx2";
  report.milliseconds = 0.00625;
  report.peak_per_thread = 100;
  StepTime conv;
  conv.node = "conv";
  conv.kernel = "generated";
  conv.milliseconds = 0.00123;
  conv.macs = 1000;
  conv.predicted_ms = predicted_ms;
  StepTime sum;
  sum.node = "sum";
  sum.kernel = "add";
  sum.milliseconds = 0.0004;
  report.steps = {conv, sum};
  return report;
}

TEST(Milliseconds, HasDigitsEnough) {
  EXPECT_EQ(Milliseconds(123.456), "123.46");
  EXPECT_EQ(Milliseconds(1), "1.00");
  EXPECT_EQ(Milliseconds(0.1234), "0.123");
  EXPECT_EQ(Milliseconds(0.00123), "0.00123");
  EXPECT_EQ(Milliseconds(1e-20), "0.000000000");
  EXPECT_EQ(Milliseconds(0), "0.00");
}

TEST(PlanText, ShowsShortTimes) {
  const std::string text = PlanText("small", {}, ReportOf(0.00110));
  EXPECT_NE(text.find("convolutions: predicted 0.00110 ms, measured 0.00123; all steps 0.00163; "
                      "a run 0.00625 ms"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("0.000 "), std::string::npos) << text;
}

TEST(PlanText, SaysWhereNothingIsPredicted) {
  const std::string text = PlanText("small", {}, ReportOf(0));
  EXPECT_NE(text.find("convolutions: measured 0.00123 ms, not predicted; all steps 0.00163"),
            std::string::npos)
      << text;
  const nlohmann::json json = PlanJson("small", {}, ReportOf(0));
  EXPECT_TRUE(json["predicted_convolutions_ms"].is_null());
  EXPECT_DOUBLE_EQ(json["measured_convolutions_ms"], 0.00123);
}

}  // namespace
}  // namespace winnow
