#include "app/summary.h"

#include <gtest/gtest.h>

#include "graph/builder.h"
#include "support/pictures.h"

namespace winnow {
namespace {

TEST(Summarize, CountsSharedWeightsOnce) {
  GraphBuilder g;
  NodeId x = g.Input(4);
  x = g.Conv(x, "shared", 4);
  x = g.Conv(x, "shared", 4);
  Model model;
  model.graph = g.Finish({x});
  const ModelSummary bare = Summarize(model, 5, 7);
  EXPECT_FALSE(bare.has_weights);
  ASSERT_EQ(bare.layers.size(), 2u);
  EXPECT_EQ(bare.layers[1].macs, 4 * 4 * 9 * 5 * 7);

  FillWeights(model);
  model.weights[0].data[0] = 0;
  model.patterns[0] = {1, 2};
  const ModelSummary summary = Summarize(model, 5, 7);
  EXPECT_EQ(summary.cost.conv_weights, 144);
  EXPECT_EQ(summary.nonzero, 143);
  EXPECT_DOUBLE_EQ(summary.nonzero_macs, 2 * 143 * 35.0);
  EXPECT_EQ(ToString(*summary.layers[1].pattern), "1:2");
}

}  // namespace
}  // namespace winnow
