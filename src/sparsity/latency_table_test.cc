#include "sparsity/latency_table.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace winnow {
namespace {

LayerLatency Complete(int m, const std::vector<int>& n, const std::vector<double>& ms) {
  return CompleteLatency({"layer", {4, 4, 3, 3}, 100, {}, {}}, m, n, ms);
}

TEST(LatencyTable, InterpolatesBetweenWhatWasMeasured) {
  const LayerLatency layer = Complete(8, {1, 4, 8}, {1, 4, 6});
  EXPECT_EQ(layer.ms, (std::vector<double>{1, 2, 3, 4, 4.5, 5, 5.5, 6}));
  EXPECT_EQ(layer.measured,
            (std::vector<bool>{true, false, false, true, false, false, false, true}));
  EXPECT_EQ(layer.name, "layer");
  EXPECT_EQ(Complete(1, {1}, {7}).ms, std::vector<double>{7});
}

TEST(LatencyTable, NoiseNeverMakesMoreWeightsFaster) {
  // 5, 3 and 4 are out of order: their mean is what they have in common.
  EXPECT_EQ(Complete(4, {1, 2, 3, 4}, {5, 3, 4, 9}).ms, (std::vector<double>{4, 4, 4, 9}));
  EXPECT_EQ(Complete(3, {1, 3}, {2, 1}).ms, (std::vector<double>{1.5, 1.5, 1.5}));
}

TEST(LatencyTable, RefusesWhatDoesNotCoverAllN) {
  EXPECT_THROW(Complete(8, {2, 8}, {1, 2}), Error);
  EXPECT_THROW(Complete(8, {1, 4}, {1, 2}), Error);
  EXPECT_THROW(Complete(8, {1, 4, 4, 8}, {1, 2, 3, 4}), Error);
  EXPECT_THROW(Complete(8, {1, 8}, {1}), Error);
  EXPECT_THROW(Complete(8, {}, {}), Error);
}

TEST(LatencyTable, PredictsTheWhole) {
  LatencyTable table;
  table.m = 4;
  table.rest_ms = 10;
  table.layers = {Complete(4, {1, 4}, {1, 4}), Complete(4, {1, 4}, {2, 8})};
  EXPECT_EQ(PredictMilliseconds(table, {1, 4}), 19);
  EXPECT_EQ(PredictMilliseconds(table, {2, 1}), 14);
  EXPECT_THROW(PredictMilliseconds(table, {1}), Error);
  EXPECT_THROW(PredictMilliseconds(table, {0, 1}), Error);
  EXPECT_THROW(PredictMilliseconds(table, {1, 5}), Error);
}

}  // namespace
}  // namespace winnow
