#include "training/sparse_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "graph/builder.h"
#include "sparsity/ranks.h"
#include "training/at_tensor.h"

namespace winnow {
namespace {

// One prunable convolution "middle" of one output channel and four input channels.
Model SmallModel() {
  Model model;
  GraphBuilder g;
  const ConvOptions options = {.kernel = 1, .bias = false};
  const NodeId first = g.Conv(g.Input(3), "first", 4, options);
  const NodeId middle = g.Conv(first, "middle", 1, options);
  model.graph = g.Finish({g.Conv(middle, "last", 3, options)});
  return model;
}

class SparseTrainingTest : public ::testing::Test {
 protected:
  SparseTrainingTest() {
    recipe_.initial_model = "x";
    recipe_.sparsity.method = "sls";
    recipe_.sparsity.m = 4;
    recipe_.sparsity.budget = 0.01;
    recipe_.sparsity.lambda = 0;
    recipe_.sparsity.epoch_steps = 2;
    for (const Param& param : model_.graph.params()) {
      weights_.push_back(at::ones(param.shape, at::kFloat).set_requires_grad(true));
    }
    SetMiddle({4, -1, 2, 3});
  }

  SparseTraining Begin(const std::map<std::string, Pattern>& initial = {}) {
    return {recipe_, model_, InitialSparsity(recipe_, model_, initial, Values())};
  }

  std::vector<Tensor> Values() const {
    std::vector<Tensor> values;
    for (const at::Tensor& weight : weights_) values.push_back(FromAten(weight));
    return values;
  }

  void SetMiddle(const std::vector<float>& values) {
    at::NoGradGuard no_grad;
    at::Tensor weight = weights_[1];
    weight.copy_(at::tensor(values, at::kFloat).view({1, 4, 1, 1}));
  }

  // One step of a loss whose gradient in the network's middle weights is `gradient`; returns what
  // the network computed with.
  std::vector<float> Step(SparseTraining& sparse, std::int64_t step,
                          const std::vector<float>& gradient) {
    sparse.BeginStep(step, weights_);
    const at::Tensor seen = sparse.NetworkWeights(weights_)[1];
    (seen * at::tensor(gradient, at::kFloat).view({1, 4, 1, 1})).sum().backward();
    EXPECT_TRUE(sparse.CompleteGradients(weights_));
    gradient_ = ToVector(weights_[1].grad());
    weights_[1].mutable_grad().reset();
    return ToVector(seen);
  }

  static std::vector<float> ToVector(const at::Tensor& tensor) {
    const Tensor values = FromAten(tensor);
    return {values.data.begin(), values.data.end()};
  }

  void ExpectError(ErrorKind kind, const std::string& part) {
    try {
      Begin();
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  Model model_ = SmallModel();
  Recipe recipe_;
  std::vector<at::Tensor> weights_;
  std::vector<float> gradient_;  // of the middle weights in the last step
};

// The worked example of docs/sparsity.md. Ranks of (4, -1, 2, 3) are (0, 3, 2, 1). With the
// gradient (1, 2, 3, 4) in the masked weights, dL/db by rank is (1*4, 4*3, 3*2, 2*-1) = (4, 12, 6,
// -2), and with all factors at 1 dL/dk = (12 + 6 - 2, 6 - 2, -2) = (16, 4, -2).
TEST_F(SparseTrainingTest, SlsGradientByHand) {
  SparseTraining sparse = Begin();
  EXPECT_EQ(Step(sparse, 0, {1, 2, 3, 4}), (std::vector<float>{4, -1, 2, 3}));
  EXPECT_EQ(gradient_, (std::vector<float>{1, 2, 3, 4}));
  sparse.Update();
  const SlsState search = sparse.state().search;
  const std::vector<float> expected = {16, 4, -2};
  for (int i = 0; i < 3; ++i) EXPECT_FLOAT_EQ(search.moment1[i], 0.1f * expected[i]);
}

// The cost of the one layer is all of the cost: every b has the price lambda / 4 = 2 on top, at the
// range of 0..255 that lambda is given for.
TEST_F(SparseTrainingTest, ThePriceFollowsTheRangeOfThePixels) {
  recipe_.sparsity.lambda = 8;
  for (const float range : {255.0f, 1.0f}) {
    model_.info.pixel_range = range;
    SparseTraining sparse = Begin();
    Step(sparse, 0, {0, 0, 0, 0});
    sparse.Update();
    EXPECT_NEAR(sparse.state().search.moment1[0], 0.1f * 6 * range / 255, 1e-6);
    EXPECT_NEAR(sparse.state().search.moment1[2], 0.1f * 2 * range / 255, 1e-6);
  }
}

TEST_F(SparseTrainingTest, MaskedWeightsKeepTheirValueAndCanComeBack) {
  recipe_.sparsity.budget = 0.5;
  recipe_.sparsity.score_learning_rate = 0.3;
  recipe_.sparsity.lambda = 1;
  SparseTraining sparse = Begin();
  Step(sparse, 0, {0, 0, 0, 0});
  EXPECT_TRUE(sparse.Update());  // factors of 0.7: priorities 1, 0.7, 0.49, ...
  EXPECT_TRUE(sparse.frozen());
  EXPECT_EQ(Step(sparse, 1, {1, 2, 3, 4}), (std::vector<float>{4, 0, 0, 3}));
  EXPECT_EQ(gradient_, (std::vector<float>{1, 0, 0, 4}));
  EXPECT_FALSE(sparse.Update());
  SetMiddle({1, -1, 2, 3});  // ranks are updated at the next epoch, and not before
  SparseTraining other(recipe_, model_, sparse.state());
  EXPECT_EQ(Step(other, 3, {0, 0, 0, 0}), (std::vector<float>{1, 0, 0, 3}));
  EXPECT_EQ(Step(other, 4, {0, 0, 0, 0}), (std::vector<float>{0, 0, 2, 3}));
}

TEST_F(SparseTrainingTest, RanksAreFixedAtTheEnd) {
  recipe_.optimiser.steps = 10;
  recipe_.sparsity.rank_updates = 0.5;
  SparseTraining sparse = Begin();
  Step(sparse, 0, {0, 0, 0, 0});
  const auto first = sparse.state().ranks;
  SetMiddle({1, 2, 3, 4});
  Step(sparse, 6, {0, 0, 0, 0});
  EXPECT_EQ(sparse.state().ranks, first);
  Step(sparse, 4, {0, 0, 0, 0});
  EXPECT_NE(sparse.state().ranks, first);
}

TEST_F(SparseTrainingTest, OneShotKeepsExactlyNOfM) {
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.n = 1;
  SparseTraining sparse = Begin();
  EXPECT_EQ(Step(sparse, 0, {1, 1, 1, 1}), (std::vector<float>{4, 0, 0, 0}));
  EXPECT_EQ(gradient_, (std::vector<float>{1, 0, 0, 0}));
  SetMiddle({0.1f, -1, 2, 3});
  EXPECT_EQ(Step(sparse, 2, {1, 1, 1, 1}), (std::vector<float>{0.1f, 0, 0, 0}));
  recipe_.sparsity.n = 0;
  recipe_.sparsity.budget = 0.6;
  EXPECT_EQ(Begin().Patterns(), std::vector<int>{2});
}

TEST_F(SparseTrainingTest, SrSteMovesAndDecaysMaskedWeights) {
  recipe_.sparsity.method = "sr-ste";
  recipe_.sparsity.n = 2;
  recipe_.sparsity.decay = 0.5;
  SparseTraining sparse = Begin();
  EXPECT_EQ(Step(sparse, 0, {1, 2, 3, 4}), (std::vector<float>{4, 0, 0, 3}));
  EXPECT_EQ(gradient_, (std::vector<float>{1, 2 - 0.5f, 3 + 1, 4}));
  SetMiddle({1, -1, 2, 3});  // masks follow at once
  EXPECT_EQ(Step(sparse, 1, {0, 0, 0, 0}), (std::vector<float>{0, 0, 2, 3}));
}

TEST_F(SparseTrainingTest, DominoMovesAndDecaysMaskedWeightsToo) {
  recipe_.sparsity.method = "domino";
  recipe_.sparsity.budget = 0.5;
  recipe_.sparsity.decay = 0.5;
  SparseTraining sparse = Begin();
  EXPECT_EQ(Step(sparse, 0, {1, 2, 3, 4}), (std::vector<float>{4, 0, 0, 3}));
  EXPECT_EQ(gradient_, (std::vector<float>{1, 2 - 0.5f, 3 + 1, 4}));
}

// One layer has nearly all of its magnitude in one weight of four, the other has it everywhere.
TEST(InitialSparsityTest, DominoKeepsWhereTheMagnitudeIs) {
  GraphBuilder g;
  const ConvOptions options = {.kernel = 1, .bias = false};
  NodeId x = g.Conv(g.Input(3), "first", 4, options);
  for (const char* name : {"peaked", "flat"}) x = g.Conv(x, name, 4, options);
  Model model;
  model.info.scale = 1;
  model.graph = g.Finish({g.Conv(x, "last", 3, options)});
  std::vector<Tensor> weights;
  for (const Param& param : model.graph.params()) weights.emplace_back(param.shape);
  for (int i = 0; i < 16; ++i) {
    weights[1].data[i] = i % 4 == 0 ? 100 : 1;
    weights[2].data[i] = 0.01f;
  }
  Recipe recipe;
  recipe.sparsity.method = "domino";
  recipe.sparsity.m = 4;
  const auto chosen = [&](double budget) {
    recipe.sparsity.budget = budget;
    return InitialSparsity(recipe, model, {}, weights).search.frozen;
  };
  EXPECT_EQ(chosen(1), (std::vector<int>{4, 4}));
  EXPECT_EQ(chosen(0.63), (std::vector<int>{1, 4}));
  EXPECT_EQ(chosen(0.5), (std::vector<int>{1, 3}));
  EXPECT_THROW(chosen(0.2), Error);
}

TEST_F(SparseTrainingTest, FinetuneKeepsTheInitialPatterns) {
  recipe_.sparsity.method = "finetune";
  EXPECT_EQ(Begin({{"middle.weight", {3, 4}}}).Patterns(), std::vector<int>{3});
  EXPECT_EQ(Begin().Patterns(), std::vector<int>{4});
  EXPECT_THROW(Begin({{"middle.weight", {3, 8}}}), Error);
}

TEST_F(SparseTrainingTest, SnapshotsOnTheWay) {
  recipe_.sparsity.snapshots = {0.9, 0.8, 0.3};
  recipe_.sparsity.score_learning_rate = 0.2;
  recipe_.sparsity.lambda = 1;
  SparseTraining sparse = Begin();
  EXPECT_FALSE(sparse.PassedSnapshot());
  Step(sparse, 0, {0, 0, 0, 0});
  sparse.Update();  // priorities 1, 0.8, 0.64, 0.512
  EXPECT_FALSE(sparse.PassedSnapshot());
  Step(sparse, 1, {0, 0, 0, 0});
  sparse.Update();  // 1, 0.6, 0.36: half is left
  EXPECT_EQ(sparse.PassedSnapshot(), 0.9);
  EXPECT_EQ(sparse.PassedSnapshot(), 0.8);
  EXPECT_FALSE(sparse.PassedSnapshot());
}

TEST_F(SparseTrainingTest, PrunesTheModel) {
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.n = 2;
  SparseTraining sparse = Begin();
  sparse.BeginStep(0, weights_);
  model_.weights = Values();
  sparse.Prune(model_);
  EXPECT_EQ(model_.weights[1].data, (AlignedVector<float>{4, 0, 0, 3}));
  EXPECT_EQ(model_.patterns, (std::map<ParamId, Pattern>{{1, {2, 4}}}));
  Validate(model_);
}

// Four channels at m = 8: the published rule keeps two of them at 2:8, which the file calls 3:8.
TEST_F(SparseTrainingTest, ShortGroupsOfThePublishedRule) {
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.m = 8;
  recipe_.sparsity.n = 2;
  recipe_.sparsity.short_groups = "published";
  SparseTraining sparse = Begin();
  EXPECT_EQ(sparse.Fraction(), 0.5);
  sparse.BeginStep(0, weights_);
  model_.weights = Values();
  sparse.Prune(model_);
  EXPECT_EQ(model_.weights[1].data, (AlignedVector<float>{4, 0, 0, 3}));
  EXPECT_EQ(model_.patterns, (std::map<ParamId, Pattern>{{1, {3, 8}}}));
  Validate(model_);
  recipe_.sparsity.short_groups = "proportional";
  EXPECT_EQ(Begin().Fraction(), 0.25);
}

TEST_F(SparseTrainingTest, NonFiniteMaskGradients) {
  SparseTraining sparse = Begin();
  sparse.BeginStep(0, weights_);
  const float infinity = std::numeric_limits<float>::infinity();
  (sparse.NetworkWeights(weights_)[1] * infinity).sum().backward();
  EXPECT_FALSE(sparse.CompleteGradients(weights_));
}

TEST_F(SparseTrainingTest, Refusals) {
  recipe_.sparsity.exclude = {"first"};
  ExpectError(ErrorKind::kInvalidArgument, "'first'");
  recipe_.sparsity.exclude = {"middle"};
  ExpectError(ErrorKind::kInvalidArgument, "no layer");
  recipe_.sparsity.exclude.clear();
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.budget = 0.2;
  ExpectError(ErrorKind::kInvalidArgument, "below 1:4");
  SparsityState foreign;
  foreign.search.frozen = {1, 1};
  EXPECT_THROW(SparseTraining(recipe_, model_, foreign), Error);
}

}  // namespace
}  // namespace winnow
