#include "sparsity/layer_costs.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace winnow {
namespace {

LayerCosts TwoLayers() { return LayerCosts({{"a", {0, 10, 20}}, {"b", {0, 50, 60}}}); }

TEST(LayerCostsTest, FractionsOfTheDenseCost) {
  const LayerCosts costs = TwoLayers();
  EXPECT_EQ(costs.dense(), 80);
  EXPECT_EQ(costs.m(), 2);
  EXPECT_EQ(costs.Fraction(std::vector<int>{2, 2}), 1);
  EXPECT_EQ(costs.Fraction(std::vector<int>{2, 1}), 70.0 / 80);
  EXPECT_EQ(costs.Share(1, 0), 50.0 / 80);
  EXPECT_EQ(costs.Share(1, 1), 10.0 / 80);
}

TEST(LayerCostsTest, LargestUniform) {
  EXPECT_EQ(TwoLayers().LargestUniform(1), 2);
  EXPECT_EQ(TwoLayers().LargestUniform(0.75), 1);
  try {
    TwoLayers().LargestUniform(0.7);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("costs 0.7500"), std::string::npos) << error.what();
  }
}

TEST(LayerCostsTest, NoLayers) { EXPECT_THROW(LayerCosts({}), Error); }

}  // namespace
}  // namespace winnow
