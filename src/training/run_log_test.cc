#include "training/run_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "training/test_data.h"

namespace winnow {
namespace {

TEST(RunLogTest, AppendsLinesThatStartWithTheStep) {
  TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  RunLog log(path, -1);
  log.Write(5, {{"loss", 0.5}});
  log.Message(6, "a \"word\"");
  EXPECT_EQ(ReadFile(path),
            "{\"step\":5,\"loss\":0.5}\n{\"step\":6,\"message\":\"a \\\"word\\\"\"}\n");
}

TEST(RunLogTest, DropsLaterAndTornLinesOnResuming) {
  TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  WriteFile(path, "{\"step\":1}\n{\"step\":9}\n{\"step\":3}\nnonsense\n[4]\n{\"step\":2,\"lo");
  RunLog log(path, 3);
  log.Write(4, nlohmann::ordered_json::object());
  EXPECT_EQ(ReadFile(path), "{\"step\":1}\n{\"step\":3}\n{\"step\":4}\n");
}

TEST(RunLogTest, UnwritablePath) {
  TemporaryFolder folder;
  RunLog log(folder / "absent" / "log.jsonl", -1);
  EXPECT_THROW(log.Message(1, "x"), Error);
}

}  // namespace
}  // namespace winnow
