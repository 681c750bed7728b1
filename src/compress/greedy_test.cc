#include "compress/greedy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.h"
#include "compress/network.h"
#include "graph/builder.h"
#include "graph/conv_layers.h"
#include "image/image.h"
#include "sparsity/ranks.h"
#include "support/pictures.h"

namespace winnow {
namespace {

constexpr int kM = 8;
constexpr int kExtent = 20;

// Two residual blocks, of which the second shares the first one's weights when asked to.
Model ResidualModel(bool shared) {
  GraphBuilder builder;
  NodeId x = builder.Conv(builder.Input(3), "entry", 16);
  for (int block = 0; block < 2; ++block) {
    const std::string name = shared ? "block" : "block" + std::to_string(block);
    const NodeId inner = builder.Apply(Relu{}, {builder.Conv(x, name + ".0", 16)});
    x = builder.Add(builder.Conv(inner, name + ".1", 16), x);
  }
  x = builder.Conv(builder.Apply(LeakyRelu{0.1f}, {x}), "fuse", 12, {.kernel = 1});
  Model model;
  model.graph = builder.Finish({builder.Conv(x, "exit", 3)});
  model.info.name = "residual";
  FillWeights(model);
  return model;
}

std::vector<Tensor> Pictures(int count) {
  std::vector<Tensor> pictures;
  for (int i = 0; i < count; ++i) {
    const Image image = MakePicture(kExtent, kExtent, 3, 8, 30 + i);
    pictures.push_back(ColourToTensor(image, {0, 0, kExtent, kExtent}, 1));
  }
  return pictures;
}

LayerCosts CostsOf(const Model& model, int m = kM) {
  return MacCosts(model.graph, PrunableConvLayers(model.graph), m, 40, 40);
}

GreedyResult Prune(const Model& model, double budget, int threads = 1, int sweeps = 1) {
  GreedyOptions options;
  options.budget = budget;
  options.threads = threads;
  options.sweeps = sweeps;
  return PruneGreedily(model, Pictures(3), CostsOf(model), options);
}

// With the weights of the dense network that have the N largest magnitudes.
double ChangeByMagnitude(const Model& model, int n) {
  Model cut = model;
  for (const ConvLayer& layer : PrunableConvLayers(model.graph)) {
    Tensor& weight = cut.weights[layer.weight];
    ApplyMask(Ranks(weight.data, weight.shape, kM), n, weight.data);
  }
  const std::vector<Tensor> pictures = Pictures(3);
  Batch outputs[2];
  const Model* models[2] = {&model, &cut};
  for (int i = 0; i < 2; ++i) {
    Network network(*models[i], kExtent, kExtent, 1);
    Walk walk(network.graph(), pictures);
    walk.Finish(network);
    outputs[i] = walk.output();
  }
  return MeanSquaredDifference(outputs[0], outputs[1]);
}

class GreedyTest : public testing::TestWithParam<bool> {
 protected:
  const Model model_ = ResidualModel(GetParam());
};

TEST_P(GreedyTest, MeetsTheBudgetWithPatternsThatHold) {
  for (double budget : {0.25, 0.5, 0.8}) {
    const GreedyResult result = Prune(model_, budget);
    EXPECT_NO_THROW(Validate(result.model));
    EXPECT_LE(result.fraction, budget + 1e-12);
    EXPECT_GT(result.fraction, budget - 0.1);
    EXPECT_EQ(result.layers.size(), PrunableConvLayers(model_.graph).size());
    double kept = 0;
    double all = 0;
    for (const GreedyLayer& layer : result.layers) {
      kept += layer.cost;
      all += layer.dense_cost;
    }
    EXPECT_NEAR(kept / all, result.fraction, 1e-12);
    for (const ConvLayer& layer : PrunableConvLayers(model_.graph)) {
      const Tensor& weight = result.model.weights[layer.weight];
      const auto zeros = std::ranges::count(weight.data, 0.0f);
      const auto pattern = result.model.patterns.find(layer.weight);
      if (pattern == result.model.patterns.end()) continue;
      const std::int64_t wanted = KeptCounts(weight.shape, kM)[pattern->second.n];
      EXPECT_EQ(weight.size() - zeros, wanted) << layer.name;
    }
  }
}

TEST_P(GreedyTest, LosesLessWithALargerBudgetAndLessThanMagnitudes) {
  double before = std::numeric_limits<double>::infinity();
  for (double budget : {0.125, 0.25, 0.5, 0.75}) {
    const GreedyResult result = Prune(model_, budget);
    EXPECT_LT(result.output_change, before) << budget;
    before = result.output_change;
    const int n = static_cast<int>(budget * kM);
    EXPECT_LT(result.output_change, 0.5 * ChangeByMagnitude(model_, n)) << budget;
  }
}

TEST_P(GreedyTest, TheWholeBudgetLeavesTheModel) {
  const GreedyResult result = Prune(model_, 1);
  EXPECT_EQ(result.model, model_);
  EXPECT_EQ(result.output_change, 0);
}

TEST_P(GreedyTest, IsTheSameForAnyNumberOfThreads) {
  EXPECT_EQ(Prune(model_, 0.3, 1).model, Prune(model_, 0.3, 3).model);
}

TEST_P(GreedyTest, ReportsProgressAndStops) {
  GreedyOptions options;
  std::vector<double> fractions;
  options.on_progress = [&](double fraction) { fractions.push_back(fraction); };
  const LayerCosts costs = CostsOf(model_);
  PruneGreedily(model_, Pictures(1), costs, options);
  EXPECT_TRUE(std::ranges::is_sorted(fractions));
  EXPECT_EQ(fractions.back(), 1);
  const std::atomic<bool> stop = true;
  options.stop = &stop;
  try {
    PruneGreedily(model_, Pictures(1), costs, options);
    FAIL() << "was not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
}

INSTANTIATE_TEST_SUITE_P(Greedy, GreedyTest, testing::Bool(), [](const auto& info) {
  return info.param ? std::string("SharedWeights") : std::string("OwnWeights");
});

// Of three channels the rest are multiples, so that 3 of 8 can do the work of all.
TEST(Greedy, LosesNothingOnLowDimensionalInputs) {
  GraphBuilder builder;
  NodeId x = builder.Conv(builder.Input(3), "entry", 8, {.kernel = 1, .bias = false});
  x = builder.Conv(x, "middle", 8, {.kernel = 1, .bias = false});
  Model model;
  model.graph = builder.Finish({builder.Conv(x, "exit", 3, {.kernel = 1})});
  model.info.name = "low-dimensional";
  FillWeights(model);
  const GreedyResult result = Prune(model, 3.0 / kM);
  ASSERT_EQ(result.layers.size(), 1u);
  EXPECT_EQ(result.layers[0].n, 3);
  EXPECT_LT(result.layers[0].error, 1e-4);
  EXPECT_LT(result.output_change, 1e-5);
}

void ExpectRefusal(const Model& model, const std::vector<Tensor>& pictures, double budget,
                   const std::string& message) {
  GreedyOptions options;
  options.budget = budget;
  try {
    PruneGreedily(model, pictures, CostsOf(ResidualModel(false)), options);
    FAIL() << "accepted, instead of: " << message;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
  }
}

TEST(Greedy, Refusals) {
  const Model model = ResidualModel(false);
  ExpectRefusal(Prune(model, 0.5).model, Pictures(1), 0.5, "sparse already");
  ExpectRefusal(model, {}, 0.5, "at least one picture");
  ExpectRefusal(model, {Tensor({3, 8, 8}), Tensor({3, 8, 9})}, 0.5, "same extent");
  ExpectRefusal(model, Pictures(1), 0.1, "budget");
  ExpectRefusal(model, Pictures(1), 0, "budget");
  ExpectRefusal(ResidualModel(true), Pictures(1), 0.5, "costs are not those");
}

TEST(Layers, WithoutAnythingToPruneHaveNoCosts) {
  GraphBuilder builder;
  const NodeId x = builder.Conv(builder.Input(3), "only", 3);
  const Graph graph = builder.Finish({x});
  EXPECT_TRUE(PrunableConvLayers(graph).empty());
  EXPECT_THROW(MacCosts(graph, PrunableConvLayers(graph), kM, 8, 8), Error);
}

TEST(Layers, ASharedWeightCostsAsOftenAsItIsUsed) {
  const LayerCosts own = CostsOf(ResidualModel(false));
  const LayerCosts shared = CostsOf(ResidualModel(true));
  EXPECT_EQ(own.layers(), 5);
  EXPECT_EQ(shared.layers(), 3);
  EXPECT_DOUBLE_EQ(own.dense(), shared.dense());
}

// A block of NAFNet: normalised channels, depthwise and pointwise convolutions, gates, attention.
TEST(GreedyBlockTest, PrunesWhatIsNormalisedAndGated) {
  GraphBuilder g;
  const NodeId entry = g.Conv(g.Input(3), "entry", 8);
  NodeId x = g.Conv(g.LayerNorm(entry, "norm"), "wide", 16, {.kernel = 1});
  x = g.Conv(x, "depthwise", 16, {.groups = 16});
  x = g.Apply(Multiply{}, {g.Apply(SliceChannels{0, 8}, {x}), g.Apply(SliceChannels{8, 16}, {x})});
  const NodeId mean = g.Apply(GlobalPool{GlobalKind::kMean}, {x});
  x = g.Apply(Multiply{}, {x, g.Conv(mean, "attention", 8, {.kernel = 1})});
  x = g.ChannelScale(g.Conv(g.Apply(Gelu{}, {x}), "back", 8, {.kernel = 1}), "beta");
  Model model;
  model.graph = g.Finish({g.Conv(g.Add(x, entry), "exit", 3)});
  FillWeights(model);
  const GreedyResult result = Prune(model, 0.6);
  EXPECT_NO_THROW(Validate(result.model));
  EXPECT_LE(result.fraction, 0.6 + 1e-12);
  EXPECT_GT(result.fraction, 0.4);
  EXPECT_TRUE(std::isfinite(result.output_change));
}

}  // namespace
}  // namespace winnow
