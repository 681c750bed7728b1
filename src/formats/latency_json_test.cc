#include "formats/latency_json.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

LatencyTable Table() {
  LatencyTable table = {"net", "Some CPU", "avx2", 2, 320, 180, 2, 30.5, 1.5, {}, 4.25, 4.0};
  table.layers = {{"a", {8, 8, 3, 3}, 33177600, {0.5, 0.75}, {true, true}},
                  {"b", {4, 8, 1, 1}, 1843200, {0.25, 0.25}, {true, false}}};
  return table;
}

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = LatencyToJson(Table());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

void ExpectCorrupt(const std::string& text, const std::string& what) {
  try {
    LatencyFromJson(text, "t.json");
    ADD_FAILURE() << "accepted " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    EXPECT_TRUE(std::string(error.what()).starts_with("t.json"));
    EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
  }
}

TEST(LatencyJson, ComesBackAsItWas) {
  const TemporaryFolder folder;
  WriteLatencyTable(Table(), folder / "table.json");
  EXPECT_EQ(ReadLatencyTable(folder / "table.json"), Table());
  LatencyTable empty;
  empty.width = empty.height = 1;
  EXPECT_EQ(LatencyFromJson(LatencyToJson(empty), ""), empty);
}

TEST(LatencyJson, RefusesWhatIsBroken) {
  ExpectCorrupt("", "begin");
  ExpectCorrupt(Replaced("\"m\":2", "\"m\":0"), "\"m\"");
  ExpectCorrupt(Replaced("\"m\":2", "\"m\":3"), "3 entries");
  ExpectCorrupt(Replaced("[1,2]", "[2,1]"), "count from 1");
  ExpectCorrupt(Replaced("[0.5,0.75]", "[0.5,0.25]"), "falls");
  ExpectCorrupt(Replaced("[0.5,0.75]", "[-1,0.25]"), "no time");
  ExpectCorrupt(Replaced("[true,true]", "[true,1]"), "true or false");
  ExpectCorrupt(Replaced("\"rest_ms\":1.5", "\"rest_ms\":-1"), "rest_ms");
  ExpectCorrupt(Replaced("\"cpu\"", "\"gpu\""), "cpu");
  ExpectCorrupt(Replaced("\"winnow_latency_table\":1", "\"winnow_latency_table\":2"), "latency");
}

}  // namespace
}  // namespace winnow
