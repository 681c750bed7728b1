#include "app/report/page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "app/report/report_json.h"
#include "app/report/report_testing.h"
#include "app/report/tables.h"

namespace winnow {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ReportPage, HasAllSections) {
  const std::string page = ReportPage(SmallReport());
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  for (const char* id : {"results", "trade-off", "crops", "layers", "training", "protocol"}) {
    EXPECT_TRUE(Has(page, "<section id=\"" + std::string(id) + "\">")) << id;
  }
  EXPECT_TRUE(Has(page, "data:image/png;base64,YWJj\""));
  EXPECT_TRUE(Has(page, "data-baseline=\"0\""));  // that the slider begins with
  EXPECT_FALSE(Has(page, "{{"));
  EXPECT_EQ(ReportPage(SmallReport()), page);
}

// Nothing that a browser would load: no address, no link, no import.
TEST(ReportPage, LoadsNothing) {
  const std::string page = ReportPage(SmallReport());
  for (const char* part : {"http:", "https:", "<link", "@import", "url(", "fetch("}) {
    EXPECT_FALSE(Has(page, part)) << part;
  }
  const std::regex source(R"re(src="([^"]{0,5}))re");
  for (std::sregex_iterator i(page.begin(), page.end(), source), end; i != end; ++i) {
    EXPECT_EQ((*i)[1], "data:");
  }
}

TEST(ReportPage, EscapesNames) {
  Report report = SmallReport();
  report.models[1].label = "</script><script>alert(1)</script>";
  report.command = "winnow report '<b>'";
  const std::string page = ReportPage(report);
  EXPECT_FALSE(Has(page, "<script>alert"));
  EXPECT_FALSE(Has(page, "<b>"));
  EXPECT_TRUE(Has(page, "&lt;script&gt;alert(1)"));
}

// Every element that is opened is closed, in order.
TEST(ReportPage, TagsMatch) {
  const std::string page = ReportPage(SmallReport());
  const std::size_t body = page.find("<main>");
  const std::string main = page.substr(body, page.find("</main>") + 7 - body);
  std::vector<std::string> open;
  const std::regex tag(R"(<(/?)([a-z0-9]+)[^>]*>)");
  for (std::sregex_iterator i(main.begin(), main.end(), tag), end; i != end; ++i) {
    if ((*i)[2] == "img") continue;
    if ((*i)[1].length() == 0) {
      open.push_back((*i)[2]);
    } else {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), (*i)[2]) << i->str();
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(ReportPage, WithoutSetsTimesRunsOrSparseModels) {
  Report report = SmallReport();
  report.models.resize(1);
  report.models[0].quality.clear();
  report.models[0].time.reset();
  report.sets.clear();
  report.runs.clear();
  report.crops.clear();
  report.timed_runs = 0;
  const std::string page = ReportPage(report);
  EXPECT_TRUE(Has(page, "Quality was not measured"));
  for (const char* id : {"trade-off", "crops", "layers", "training"}) {
    EXPECT_FALSE(Has(page, "<section id=\"" + std::string(id))) << id;
  }
}

TEST(ReportTables, RowsAreThoseOfThePaper) {
  const Table table = ResultTable(SmallReport());
  EXPECT_EQ(table.header,
            (std::vector<std::string>{"model", "method", "budget", "N:M", "GMACs", "of dense",
                                      "params", "Set1 PSNR / SSIM", "ms", "speed-up", "file"}));
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.rows[0][7], "28.000 / 0.8000");
  EXPECT_EQ(table.rows[3],
            (std::vector<std::string>{"sparse<x>", "sls", "0.25", "8:32", "2.00", "25.0 %",
                                      "200.0 K", "30.000 / 0.9000", "25.00", "3.20×", "12.3 KB"}));
  for (const Table& other : {table, OriginTable(SmallReport()), ProtocolTable(SmallReport())}) {
    for (const auto& row : other.rows) EXPECT_EQ(row.size(), other.header.size());
  }
}

TEST(ReportTables, DeblurringBeginsWithTheInput) {
  Report report = SmallReport();
  report.scale = 1;
  report.baseline = "input";
  EXPECT_EQ(ResultTable(report).rows[0][0], "input");
  EXPECT_EQ(ReportJson(report)["sets"][0]["input"]["psnr"], 28.0);
}

TEST(ReportTables, LpipsWhereItWasMeasured) {
  Report report = SmallReport();
  for (ReportModel& model : report.models) model.lpips = {0.25};
  report.sets[0].baseline_lpips = 0.5;
  const Table table = ResultTable(report);
  EXPECT_EQ(table.header[7], "Set1 PSNR / SSIM / LPIPS");
  EXPECT_EQ(table.rows[0][7], "28.000 / 0.8000 / 0.5000");
  EXPECT_EQ(table.rows[3][7], "30.000 / 0.9000 / 0.2500");
  const nlohmann::ordered_json json = ReportJson(report);
  EXPECT_EQ(json["models"][2]["quality"]["Set1"]["lpips"], 0.25);
  EXPECT_EQ(json["sets"][0]["bicubic"]["lpips"], 0.5);
  EXPECT_FALSE(ReportJson(SmallReport())["sets"][0]["bicubic"].contains("lpips"));
}

TEST(ReportTables, Markdown) {
  Report report = SmallReport();
  report.models[0].label = "a|b";
  const std::string text = ReportMarkdown(report);
  EXPECT_TRUE(Has(text, "| a\\|b | dense |"));
  EXPECT_TRUE(Has(text, "|---|---|---|---|---:|"));
  EXPECT_TRUE(Has(text, "protocol y-shave4"));
  EXPECT_TRUE(Has(text, "* command: winnow report 'a & b'\n"));
}

TEST(ReportJson, HasEveryFigure) {
  const nlohmann::ordered_json json = ReportJson(SmallReport());
  EXPECT_EQ(json["models"].size(), 3u);
  const auto& model = json["models"][2];
  EXPECT_EQ(model["fraction"], 0.25);
  EXPECT_EQ(model["quality"]["Set1"]["psnr"], 30.0);
  EXPECT_EQ(model["time"]["speed_up"], 3.2);
  EXPECT_EQ(model["layers"][1]["pattern"], "8:32");
  EXPECT_EQ(model["layers"][0]["pattern"], nullptr);
  EXPECT_EQ(model["dense"], "parent");
  EXPECT_EQ(model["run"], "sparse");
  EXPECT_EQ(json["runs"][0]["cost_fraction"],
            nlohmann::ordered_json::parse("[[100,0.5],[200,0.25]]"));
  EXPECT_EQ(json["sets"][0]["bicubic"]["psnr"], 28.0);
}

}  // namespace
}  // namespace winnow
