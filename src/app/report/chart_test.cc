#include "app/report/chart.h"

#include <gtest/gtest.h>

#include <limits>
#include <regex>

namespace winnow {
namespace {

int Count(const std::string& text, const std::string& what) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(Ticks, AreRound) {
  EXPECT_EQ(Ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  const std::vector<double> small = Ticks(28.13, 28.67, 5);
  ASSERT_EQ(small.size(), 3u);
  EXPECT_NEAR(small.front(), 28.2, 1e-9);
  EXPECT_NEAR(small.back(), 28.6, 1e-9);
  EXPECT_EQ(Ticks(0, 8000, 6).back(), 8000);
}

Chart SmallChart() {
  return {.title = "quality <1>",
          .x_name = "GMACs",
          .y_name = "dB",
          .series = {
              {.name = "a & b", .style = 1, .points = {{1, 30, "one"}, {2, 31, "two"}}},
              {.name = "", .line = true, .markers = false, .points = {{1, 30, ""}, {2, 31, ""}}}}};
}

TEST(Chart, HasEveryPointLineAndLabel) {
  const std::string svg = DrawChart(SmallChart());
  EXPECT_EQ(Count(svg, "class=\"marker s1\""), 2 + 1);  // and one in the legend
  EXPECT_EQ(Count(svg, "<polyline"), 1);
  EXPECT_EQ(Count(svg, "<li>"), 1);
  for (const char* text : {">one</text>", ">two</text>", ">GMACs</text>", ">dB</text>",
                           "quality &lt;1&gt;", "a &amp; b", "<title>one: 1, 30</title>"}) {
    EXPECT_EQ(Count(svg, text) > 0, true) << text;
  }
  EXPECT_EQ(Count(svg, "<1>"), 0);
  EXPECT_EQ(DrawChart(SmallChart()), svg);
}

TEST(Chart, MoreIsToTheRightAndUp) {
  const std::string svg = DrawChart(SmallChart());
  std::smatch match;
  ASSERT_TRUE(std::regex_search(
      svg, match, std::regex(R"(points="([0-9.]+),([0-9.]+) ([0-9.]+),([0-9.]+)\")")));
  EXPECT_LT(std::stod(match[1]), std::stod(match[3]));
  EXPECT_GT(std::stod(match[2]), std::stod(match[4]));
}

TEST(Chart, SurvivesOnePointNoneAndInfinity) {
  Chart chart = SmallChart();
  chart.series.resize(1);
  chart.series[0].points = {{1, 30, "one"}};
  EXPECT_EQ(Count(DrawChart(chart), "nan"), 0);
  chart.series[0].points.push_back({2, std::numeric_limits<double>::infinity(), "equal"});
  const std::string svg = DrawChart(chart);
  EXPECT_EQ(Count(svg, "inf"), 0);
  EXPECT_EQ(Count(svg, "equal"), 0);
  chart.series[0].points = {{0, 0, ""}};
  EXPECT_EQ(Count(DrawChart(chart), "nan"), 0);
  chart.series.clear();
  EXPECT_EQ(Count(DrawChart(chart), "nan"), 0);
}

// Two points in almost the same place: their labels must not cover each other.
TEST(Chart, LabelsAvoidEachOther) {
  Chart chart = SmallChart();
  chart.series.resize(1);
  chart.series[0].points = {{1, 30, "first-name"}, {1.001, 30, "second-name"}, {2, 31, ""}};
  const std::string svg = DrawChart(chart);
  std::vector<std::pair<double, double>> places;
  const std::regex label(R"re(<text x="([0-9.]+)" y="([0-9.]+)" class="label middle">)re");
  for (std::sregex_iterator i(svg.begin(), svg.end(), label), end; i != end; ++i) {
    places.emplace_back(std::stod((*i)[1]), std::stod((*i)[2]));
  }
  ASSERT_EQ(places.size(), 2u);
  const bool apart = std::abs(places[0].first - places[1].first) > 60 ||
                     std::abs(places[0].second - places[1].second) >= 12;
  EXPECT_TRUE(apart);
}

TEST(Chart, ManyPointsGoWithoutLabels) {
  Chart chart = SmallChart();
  chart.series[0].points.clear();
  for (int i = 0; i < 11; ++i) chart.series[0].points.push_back({1.0 * i, 30, "label"});
  const std::string svg = DrawChart(chart);
  EXPECT_EQ(Count(svg, ">label</text>"), 0);
  EXPECT_EQ(Count(svg, "<title>label: "), 11);
  chart.series[0].points.pop_back();
  EXPECT_EQ(Count(DrawChart(chart), ">label</text>"), 10);
}

TEST(Bars, OneForEachLayerAndItsCeiling) {
  const std::string svg =
      DrawBars("layers", "layer", "N", 32, {{"head: dense", 32, true}, {"body: 8:32", 8}});
  EXPECT_EQ(Count(svg, "class=\"ceiling\""), 2);
  EXPECT_EQ(Count(svg, "class=\"bar muted\""), 1);
  EXPECT_EQ(Count(svg, "<title>body: 8:32</title>"), 1);
  EXPECT_EQ(Count(DrawBars("none", "", "", 32, {}), "nan"), 0);
  EXPECT_EQ(Count(DrawBars("one", "", "", 32, {{"a", 1}}), "class=\"bar\""), 1);
}

}  // namespace
}  // namespace winnow
