#include "engine/cost_cache.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "engine/calibrate.h"
#include "kernels/dnnl/bf16_conv.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class CostCacheTest : public testing::Test {
 protected:
  void SetUp() override { setenv("XDG_CACHE_HOME", folder_.path().c_str(), 1); }
  void TearDown() override {
    unsetenv("XDG_CACHE_HOME");
    unsetenv("WINNOW_CALIBRATION");
  }
  const Isa isa_ = AvailableIsas().back();
  TemporaryFolder folder_;
};

CostModel Costs() {
  CostModel costs;
  costs.measured = true;
  costs.peak = 59.5;
  costs.generation = 300;
  costs.kernels = {{"a", {1, 0.5, 8, 0}}, {"b", {1.5, 0, 0, 2}}};
  return costs;
}

TEST_F(CostCacheTest, JsonComesBackAsItWas) {
  EXPECT_EQ(CostsFromJson(CostsToJson(Costs(), "key"), "key"), Costs());
}

TEST_F(CostCacheTest, OtherKernelsAndDamageAreRefused) {
  const std::string text = CostsToJson(Costs(), "key");
  EXPECT_THROW(CostsFromJson(text, "other"), Error);
  EXPECT_THROW(CostsFromJson("", "key"), Error);
  EXPECT_THROW(CostsFromJson(text.substr(0, text.size() / 2), "key"), Error);
  std::string negative = text;
  negative.replace(negative.find("59.5"), 4, "-1.0");
  EXPECT_THROW(CostsFromJson(negative, "key"), Error);
}

TEST_F(CostCacheTest, LiesWhereTheSpecificationSays) {
  const std::string name = "winnow/kernels-" + std::string(Name(isa_)) + ".json";
  EXPECT_EQ(CostCachePath(isa_), folder_ / name);
  setenv("XDG_CACHE_HOME", "relative", 1);
  const std::filesystem::path home = std::getenv("HOME") ? std::getenv("HOME") : "";
  if (home.is_absolute()) {
    EXPECT_EQ(CostCachePath(isa_), home / ".cache" / name);
  }
}

// One test for all, because a process knows its costs from the first time on.
TEST_F(CostCacheTest, IsReadMeasuredAndDoneWithout) {
  EXPECT_FALSE(CostsFor(isa_, CostSource::kBuiltIn).measured);
  EXPECT_FALSE(CostsFor(isa_, CostSource::kCached).measured);  // nothing there yet
  const std::filesystem::path path = *CostCachePath(isa_);
  Spill(path, "damaged");
  EXPECT_FALSE(CostsFor(isa_, CostSource::kCached).measured);

  setenv("WINNOW_CALIBRATION", "off", 1);
  EXPECT_FALSE(CostsFor(isa_, CostSource::kMeasured).measured);
  EXPECT_EQ(ReadFile(path), "damaged");
  setenv("WINNOW_CALIBRATION", "perhaps", 1);
  EXPECT_THROW(CostsFor(isa_, CostSource::kCached), Error);
  unsetenv("WINNOW_CALIBRATION");

  Spill(path, CostsToJson(Costs(), CalibrationKey(isa_)));
  EXPECT_EQ(CostsFor(isa_, CostSource::kCached), Costs());
  const CostModel measured = Recalibrate(isa_);
  EXPECT_GT(measured.peak, 0);
  EXPECT_TRUE(measured.kernels.contains(kWinogradKey));
  EXPECT_EQ(measured.kernels.contains(kBf16Key), Bf16Obstacle(isa_).empty());
  EXPECT_EQ(CostsFromJson(ReadFile(path), CalibrationKey(isa_)).kernels.size(),
            measured.kernels.size());

  // A file where the folder should be: the process still knows.
  Spill(folder_ / "file", "");
  setenv("XDG_CACHE_HOME", (folder_ / "file").c_str(), 1);
  EXPECT_EQ(CostsFor(isa_, CostSource::kCached), measured);
  EXPECT_TRUE(Recalibrate(isa_).measured);
}

}  // namespace
}  // namespace winnow
