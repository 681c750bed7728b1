#include "formats/strict_json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "formats/testing.h"

namespace winnow {
namespace {

TEST(StrictJson, RefusesWhatTheParserWouldForgive) {
  const auto refuses = [](std::string_view text, std::string_view fragment) {
    SCOPED_TRACE(text);
    ExpectError(ErrorKind::kCorrupt, {"here: ", fragment}, [&] { ParseJson(text, "here"); });
  };
  refuses("", "does not begin with '{'");
  refuses("\xEF\xBB\xBF{}", "does not begin with '{'");
  refuses("[]", "does not begin with '{'");
  refuses(std::string_view("{}\0", 3), "zero byte");
  refuses("{", "not valid JSON");
  refuses("{} {}", "not valid JSON");
  refuses("{\"a\":1,}", "not valid JSON");
  refuses("{\"a\":NaN}", "not valid JSON");
  refuses("{\"a\":\"\xff\"}", "not valid JSON");
  refuses("{\"a\":\"\\ud800\"}", "not valid JSON");
  refuses("{\"a\":1e99}", "out of range");
  refuses("{\"a\":1,\"b\":2,\"a\":3}", "the key \"a\" appears twice");
  refuses("{\"x\":[{\"a\":1,\"\\u0061\":1}]}", "the key \"a\" appears twice");
  refuses("{\"a\":" + std::string(20, '[') + std::string(20, ']') + "}", "nested too deeply");
  refuses("{\"a\":" + std::string(200'000, '['), "nested too deeply");
}

TEST(StrictJson, TheSameKeyInDifferentObjectsIsFine) {
  const Json json = ParseJson(R"({"a":{"a":1},"b":[{"a":2},{"a":3}]} )", "here");
  EXPECT_EQ(json["b"][1]["a"].get<int>(), 3);
}

TEST(StrictJson, FloatsSurviveExactly) {
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random.Next()));
    if (!std::isfinite(value)) continue;
    const Json json = ParseJson(DumpJson({{"v", value}}, "here"), "here");
    ASSERT_EQ(json["v"].get<float>(), value);
  }
  EXPECT_EQ(DumpJson({{"v", 0.05f}}, "here"), R"({"v":0.05})");
}

TEST(StrictJson, QuotedIsSafeToPrint) {
  EXPECT_EQ(Quoted("plain"), "\"plain\"");
  EXPECT_EQ(Quoted("\x1b[31m\n\""), R"("\u001b[31m\n\"")");
  EXPECT_EQ(Quoted(std::string(1000, 'x')).size(), 205u);
  EXPECT_NO_THROW(Quoted("\xff"));
}

TEST(JsonFields, IntegersKeepTheirRange) {
  const Json json = ParseJson(R"({"low":-5,"high":18446744073709551615,"real":1.0})", "here");
  JsonFields fields(json, "here");
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(fields.Integer("low", -5, 5), -5);
  ExpectError(ErrorKind::kCorrupt, {"here: field \"low\" must be an integer from 0 to 5"},
              [&] { fields.Integer("low", 0, 5); });
  ExpectError(ErrorKind::kCorrupt, {"\"high\""}, [&] { fields.Integer("high", 0, kMax); });
  ExpectError(ErrorKind::kCorrupt, {"\"real\""}, [&] { fields.Integer("real", 0, kMax); });
}

TEST(JsonFields, EveryFieldMustBeRead) {
  const Json json = ParseJson(R"({"a":true,"b":"text"})", "here");
  JsonFields fields(json, "here");
  EXPECT_TRUE(fields.Boolean("a"));
  ExpectError(ErrorKind::kCorrupt, {"unknown field \"b\""}, [&] { fields.Finish(); });
  EXPECT_EQ(fields.Text("b"), "text");
  EXPECT_NO_THROW(fields.Finish());
  ExpectError(ErrorKind::kCorrupt, {"field \"c\" is missing"}, [&] { fields.Text("c"); });
}

}  // namespace
}  // namespace winnow
