// The deblurring networks, narrow, through training on synthetic blur and every method of making
// them sparse.
#include <gtest/gtest.h>

#include "formats/model_file.h"
#include "training/initial_weights.h"
#include "training/prunable_layers.h"
#include "training/trainer_testing.h"

namespace winnow {
namespace {

struct Network {
  const char* name;
  std::map<std::string, int> settings;
};

// Short training of a network on synthetic blur.
class DeblurringFixture : protected TrainerFixture {
 protected:
  explicit DeblurringFixture(const Network& network) : TrainerFixture(3) {
    recipe_.name = "dense";
    recipe_.network = network.name;
    recipe_.settings = network.settings;
    recipe_.batch = 2;
    recipe_.patch = 32;
    recipe_.data.blur = BlurOptions{.path = 6};
    recipe_.optimiser.steps = 2;
  }

  void BeginWithTrained() { recipe_.initial_model = Train(recipe_, Options("dense")).string(); }
};

class DeblurringTrainerTest : public ::testing::TestWithParam<Network>,
                              protected DeblurringFixture {
 protected:
  DeblurringTrainerTest() : DeblurringFixture(GetParam()) {
    BeginWithTrained();
    recipe_.name = "sparse";
    recipe_.optimiser.steps = 8;
  }

  Model TrainSparse(const SparsityRecipe& sparsity) {
    recipe_.sparsity = sparsity;
    return ReadModel(Train(recipe_, Options(sparsity.method)));
  }
};

TEST_P(DeblurringTrainerTest, SearchMeetsItsBudget) {
  SparsityRecipe sls{.method = "sls", .m = 8, .budget = 0.5};
  sls.epoch_steps = 2;
  sls.lambda = 50;  // few steps
  sls.score_learning_rate = 0.2;
  const Model model = TrainSparse(sls);
  EXPECT_EQ(model.info.task, "deblurring");
  EXPECT_FALSE(model.patterns.empty());
  EXPECT_EQ(model.info.provenance.at("compression_method"), "sls");
}

TEST_P(DeblurringTrainerTest, MasksOfOneN) {
  for (const char* method : {"one-shot", "sr-ste"}) {
    SparsityRecipe sparsity{.method = method, .m = 4, .n = 2};
    const Model model = TrainSparse(sparsity);
    EXPECT_EQ(model.patterns.size(), FindPrunableLayers(model, sparsity).weights.size());
    for (const auto& [id, pattern] : model.patterns) EXPECT_EQ(pattern.n, 2);
  }
}

TEST_P(DeblurringTrainerTest, FiltersAreRemoved) {
  const Model dense = ReadModel(recipe_.initial_model);
  SparsityRecipe sparsity{.method = "filter", .budget = 0.5};
  const Model model = TrainSparse(sparsity);
  EXPECT_LE(FindPrunableLayers(model, sparsity).costs.dense(),
            0.5 * FindPrunableLayers(dense, sparsity).costs.dense());
  EXPECT_EQ(model.graph.outputs().size(), dense.graph.outputs().size());
}

class StrengthTest : public ::testing::Test, protected DeblurringFixture {
 protected:
  StrengthTest() : DeblurringFixture({"unet", {{"width", 8}, {"blocks", 1}}}) {}

  Model TrainWith(double strength, const std::string& run) {
    recipe_.strength = strength;
    return ReadModel(Train(recipe_, Options(run)));
  }
};

TEST_F(StrengthTest, ScalesTheResultOfTheSameTraining) {
  BeginWithTrained();
  recipe_.sparsity = {.method = "one-shot", .m = 4, .n = 2};
  const Model whole = TrainWith(1, "whole"), half = TrainWith(0.5, "half");
  EXPECT_FALSE(half.patterns.empty());
  for (std::size_t id = 0; id < whole.weights.size(); ++id) {
    const bool last = whole.graph.param(static_cast<ParamId>(id)).name.starts_with("exit");
    auto expected = whole.weights[id].data;
    for (float& value : expected) value *= last ? 0.5f : 1;
    EXPECT_EQ(half.weights[id].data, expected) << id;
  }
}

TEST_F(StrengthTest, IsRefusedBeforeTrainingWhereThereIsNone) {
  recipe_.network = "srn";
  recipe_.settings = {{"width", 4}, {"blocks", 1}};
  recipe_.strength = 0.5;
  ExpectError(Options("srn"), ErrorKind::kInvalidArgument, "no strength");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "srn"));
  recipe_.strength = 3;
  ExpectError(Options("srn"), ErrorKind::kInvalidArgument, "'strength'");
}

class MotionTest : public ::testing::Test, protected DeblurringFixture {
 protected:
  MotionTest() : DeblurringFixture({"steered_unet", {{"width", 8}, {"outer", 1}, {"blocks", 1}}}) {
    recipe_.optimiser.motion_weight = 0.5;
  }

  static const Tensor& Weight(const Model& model, const std::string& name) {
    return model.weights[model.graph.FindParam(name)];
  }
};

TEST_F(MotionTest, TheEstimateIsLearnedAndWhatItSeesStays) {
  const Model told = ReadModel(Train(recipe_, Options("told")));
  recipe_.optimiser.motion_weight = 0;
  const Model untold = ReadModel(Train(recipe_, Options("untold")));
  EXPECT_EQ(told.graph, untold.graph);
  EXPECT_NE(Weight(told, "motion.estimate.weight"), Weight(untold, "motion.estimate.weight"));
  Random random(recipe_.seed);
  const std::vector<Tensor> initial = InitialWeights(told, random);
  for (const std::string fixed : {"motion.grey.weight", "motion.filters.weight"}) {
    EXPECT_EQ(Weight(told, fixed), initial[told.graph.FindParam(fixed)]) << fixed;
  }
}

TEST_F(MotionTest, NeedsANetworkThatEstimatesIt) {
  recipe_.network = "resunet";
  ExpectError(Options("resunet"), ErrorKind::kInvalidArgument, "steered_unet");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "resunet"));
}

TEST_F(MotionTest, NeedsItsThreeChannels) {
  BeginWithTrained();
  recipe_.sparsity = {.method = "filter", .budget = 0.3};
  ExpectError(Options("cut"), ErrorKind::kInvalidArgument, "put it into 'exclude'");
  recipe_.sparsity.exclude = {"motion.estimate"};
  Train(recipe_, Options("excluded"));
}

TEST_F(MotionTest, NeedsBlurMadeHere) {
  recipe_.data.blur.reset();
  ExpectError(Options("sharp"), ErrorKind::kInvalidArgument, "[data.blur]");
  recipe_.data.blur = BlurOptions();
  recipe_.optimiser.motion_weight = -1;
  ExpectError(Options("negative"), ErrorKind::kInvalidArgument, "'motion_weight'");
}

INSTANTIATE_TEST_SUITE_P(Networks, DeblurringTrainerTest,
                         ::testing::Values(Network{"unet", {{"width", 8}, {"blocks", 1}}},
                                           Network{"steered_unet",
                                                   {{"width", 8}, {"outer", 1}, {"blocks", 1}}},
                                           Network{"srn", {{"width", 4}, {"blocks", 1}}},
                                           Network{"dmphn", {{"width", 4}, {"levels", 3}}}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace winnow
