#include "app/report/text.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"

namespace winnow {
namespace {

TEST(ReportText, Numbers) {
  EXPECT_EQ(Decimal(2.345, 2), "2.35");
  EXPECT_EQ(Decimal(std::numeric_limits<double>::infinity(), 2), "inf");
  EXPECT_EQ(Shortest(0.20000000000000001), "0.2");
  EXPECT_EQ(Shortest(8000), "8000");
}

TEST(ReportText, MarkupIsEscaped) {
  EXPECT_EQ(EscapeHtml("<a href='x'>\"&amp;"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;amp;");
  EXPECT_EQ(Element("p", {{"title", "\"<"}}, "<b>"), "<p title=\"&quot;&lt;\"><b></p>");
}

// The vectors of RFC 4648, and bytes above 127.
TEST(ReportText, Base64) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xff\xfe\xfd"), "//79");
}

TEST(ReportText, TemplatesAreFilledOnce) {
  EXPECT_EQ(FillTemplate("a{{x}}b{{y}}", {{"x", "{{y}}"}, {"y", "2"}}), "a{{y}}b2");
  EXPECT_EQ(FillTemplate("", {}), "");
  EXPECT_THROW(FillTemplate("{{z}}", {{"x", ""}}), Error);
  EXPECT_THROW(FillTemplate("{{x", {{"x", ""}}), Error);
}

}  // namespace
}  // namespace winnow
