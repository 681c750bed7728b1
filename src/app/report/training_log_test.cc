#include "app/report/training_log.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

TEST(TrainingLog, CurvesOfWhatIsThere) {
  const TrainingLog log = ParseTrainingLog(
      R"({"step":0,"message":"began"})"
      "\n"
      R"({"step":100,"loss":0.5,"seconds":10,"cost_fraction":0.75,"n":{"a":3}})"
      "\n"
      R"({"step":200,"loss":0.25,"seconds":20,"validation_psnr":28.5,"protocol":"y-shave4"})"
      "\n");
  EXPECT_EQ(log.loss, (std::vector<LogPoint>{{100, 0.5}, {200, 0.25}}));
  EXPECT_EQ(log.cost_fraction, (std::vector<LogPoint>{{100, 0.75}}));
  EXPECT_EQ(log.validation_psnr, (std::vector<LogPoint>{{200, 28.5}}));
  EXPECT_EQ(log.protocol, "y-shave4");
  EXPECT_EQ(log.last_step, 200);
  EXPECT_EQ(log.seconds, 20);
}

TEST(TrainingLog, PassesOverTornAndForeignLines) {
  const TrainingLog log = ParseTrainingLog(
      "\n[1]\n{\"loss\":1}\n{\"step\":\"x\",\"loss\":1}\n{\"step\":5,\"loss\":null}\n"
      "{\"step\":7,\"loss\":2}\n{\"step\":8,\"lo");
  EXPECT_EQ(log.loss, (std::vector<LogPoint>{{7, 2}}));
  EXPECT_EQ(log.last_step, 7);
  EXPECT_TRUE(ParseTrainingLog("").loss.empty());
}

}  // namespace
}  // namespace winnow
