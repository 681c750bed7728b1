#include "app/latency.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "formats/latency_json.h"
#include "networks/registry.h"

namespace winnow {
namespace {

Model Small() { return BuildNetwork("srvgg", {2, {{"width", 8}, {"blocks", 2}}}); }

LatencyOptions Options() {
  LatencyOptions options;
  options.width = 20;
  options.height = 10;
  options.m = 4;
  options.n = {2};
  options.rounds = 1;
  options.costs = CostSource::kBuiltIn;
  return options;
}

TEST(Latency, TimesEveryPrunableLayer) {
  std::vector<double> progress;
  LatencyOptions options = Options();
  options.on_progress = [&](double fraction) { progress.push_back(fraction); };
  const LatencyTable table = MeasureLatencies(Small(), options);
  ASSERT_EQ(table.layers.size(), 2u);
  for (const LayerLatency& layer : table.layers) {
    EXPECT_EQ(layer.shape, (Shape{8, 8, 3, 3}));
    EXPECT_EQ(layer.macs, 8 * 8 * 9 * 200);
    EXPECT_EQ(layer.measured, (std::vector<bool>{true, true, false, true}));
    EXPECT_GT(layer.ms[0], 0);
  }
  EXPECT_EQ(table.layers[0].ms, table.layers[1].ms);  // of equal shape
  EXPECT_GT(table.checked_ms, 0);
  EXPECT_GT(table.predicted_ms, 0);
  EXPECT_EQ(progress.back(), 1);
  EXPECT_EQ(progress.size(), 4u);  // three N and the check
  EXPECT_EQ(LatencyFromJson(LatencyToJson(table), "").layers[1].measured, table.layers[1].measured);
}

TEST(Latency, RefusesWhatCannotBeMeasured) {
  LatencyOptions options = Options();
  options.n = {5};
  EXPECT_THROW(MeasureLatencies(Small(), options), Error);
  options.n = {0};
  EXPECT_THROW(MeasureLatencies(Small(), options), Error);
  options = Options();
  options.rounds = 0;
  EXPECT_THROW(MeasureLatencies(Small(), options), Error);
  const std::atomic<bool> stop = true;
  options = Options();
  options.stop = &stop;
  EXPECT_THROW(MeasureLatencies(Small(), options), Error);
}

TEST(Latency, UsualNsArePowersOfTwo) {
  EXPECT_EQ(UsualN(32), (std::vector<int>{1, 2, 4, 8, 16}));
  EXPECT_EQ(UsualN(1), std::vector<int>());
}

}  // namespace
}  // namespace winnow
