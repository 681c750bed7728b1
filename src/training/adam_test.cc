#include "training/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "training/at_tensor.h"

namespace winnow {
namespace {

OptimiserState StateOf(float value) {
  Tensor weight({1});
  weight.data[0] = value;
  return {.weights = {weight}};
}

void SetGradient(const Adam& adam, float value) {
  at::Tensor weight = adam.weights()[0];
  weight.mutable_grad() = at::full({1}, value, at::kFloat);
}

float WeightOf(const Adam& adam) { return adam.state().weights[0].data[0]; }

TEST(AdamTest, FollowsTheDefinition) {
  OptimiserRecipe recipe;
  recipe.beta1 = 0.5;
  recipe.beta2 = 0.75;
  recipe.epsilon = 0.1;
  Adam adam(recipe, StateOf(1));
  double m = 0, v = 0, w = 1;
  for (int t = 1; t <= 4; ++t) {
    const double g = t - 2.5;
    SetGradient(adam, static_cast<float>(g));
    adam.Update(0.01 * t);
    m = 0.5 * m + 0.5 * g;
    v = 0.75 * v + 0.25 * g * g;
    w -= 0.01 * t * (m / (1 - std::pow(0.5, t))) / (std::sqrt(v / (1 - std::pow(0.75, t))) + 0.1);
    EXPECT_NEAR(WeightOf(adam), w, 1e-6);
    EXPECT_FALSE(adam.weights()[0].grad().defined());
  }
  EXPECT_EQ(adam.state().updates, 4);
}

TEST(AdamTest, AverageFollowsTheWeights) {
  OptimiserRecipe recipe;
  recipe.ema = 0.15;
  Adam adam(recipe, StateOf(0));
  SetGradient(adam, 1);
  adam.Update(1);  // the first step has length 1, whatever the gradient; decay min(0.15, 2 / 11)
  EXPECT_NEAR(WeightOf(adam), -1, 1e-6);
  EXPECT_NEAR(adam.Result()[0].data[0], -0.85, 1e-6);

  recipe.ema = 0;
  Adam without(recipe, StateOf(3));
  EXPECT_EQ(without.Result()[0].data[0], 3);
  EXPECT_TRUE(without.state().average.empty());
}

TEST(AdamTest, TheAverageCanBeginAnew) {
  OptimiserRecipe recipe;
  recipe.ema = 0.9;
  Adam adam(recipe, StateOf(0));
  for (int step = 0; step < 30; ++step) {
    SetGradient(adam, 1);
    adam.Update(1);
  }
  adam.RestartAverage();
  EXPECT_EQ(adam.Result()[0].data[0], WeightOf(adam));
  const float before = WeightOf(adam);
  SetGradient(adam, 1);
  adam.Update(1);  // decay 2 / 11, as in the first step of a run
  EXPECT_NEAR(adam.Result()[0].data[0], before + (WeightOf(adam) - before) * 9 / 11, 1e-5);
  EXPECT_EQ(adam.state().average_start, 30);
}

TEST(AdamTest, GoesOnFromASavedState) {
  OptimiserRecipe recipe;
  recipe.ema = 0.9;
  Adam straight(recipe, StateOf(1));
  SetGradient(straight, 0.3f);
  straight.Update(0.1);
  Adam resumed(recipe, straight.state());
  for (Adam* adam : {&straight, &resumed}) {
    SetGradient(*adam, -0.7f);
    adam->Update(0.1);
  }
  EXPECT_EQ(straight.state(), resumed.state());
}

TEST(AdamTest, SeesNonFiniteGradients) {
  Adam adam({}, StateOf(1));
  EXPECT_TRUE(std::isfinite(adam.GradientNorm()));
  SetGradient(adam, std::numeric_limits<float>::quiet_NaN());
  EXPECT_FALSE(std::isfinite(adam.GradientNorm()));
  SetGradient(adam, std::numeric_limits<float>::infinity());
  EXPECT_FALSE(std::isfinite(adam.GradientNorm()));
  adam.ClearGradients();
  EXPECT_TRUE(std::isfinite(adam.GradientNorm()));
}

TEST(AdamTest, ShortensLongGradients) {
  OptimiserRecipe plain;
  plain.epsilon = 1;  // so that the length of a step depends on the gradient's
  OptimiserRecipe clipping = plain;
  clipping.gradient_clip = 0.5;
  const auto weight_after = [](const OptimiserRecipe& recipe, float gradient) {
    Adam adam(recipe, StateOf(1));
    SetGradient(adam, gradient);
    EXPECT_EQ(adam.ClipGradients(), std::abs(gradient));
    adam.Update(0.1);
    return WeightOf(adam);
  };
  EXPECT_FLOAT_EQ(weight_after(clipping, -3), weight_after(plain, -0.5));
  EXPECT_EQ(weight_after(clipping, 0.25), weight_after(plain, 0.25));
}

TEST(AdamTest, TheNormIsOfAllGradientsTogether) {
  OptimiserState state = StateOf(1);
  state.weights.push_back(state.weights[0]);
  Adam adam({}, state);
  for (int i = 0; i < 2; ++i) {
    at::Tensor weight = adam.weights()[i];
    weight.mutable_grad() = at::full({1}, 3.0 + i, at::kFloat);
  }
  EXPECT_DOUBLE_EQ(adam.GradientNorm(), 5);
}

TEST(LearningRateTest, WarmUpAndSteps) {
  OptimiserRecipe recipe;
  recipe.learning_rate = 8;
  recipe.steps = 100;
  recipe.warmup_steps = 4;
  recipe.milestones = {10, 20};
  EXPECT_EQ(LearningRate(recipe, 0), 2);
  EXPECT_EQ(LearningRate(recipe, 3), 8);
  EXPECT_EQ(LearningRate(recipe, 9), 8);
  EXPECT_EQ(LearningRate(recipe, 10), 4);
  EXPECT_EQ(LearningRate(recipe, 99), 2);
}

TEST(LearningRateTest, Cosine) {
  OptimiserRecipe recipe;
  recipe.learning_rate = 8;
  recipe.schedule = "cosine";
  recipe.steps = 104;
  recipe.warmup_steps = 4;
  EXPECT_EQ(LearningRate(recipe, 4), 8);
  EXPECT_NEAR(LearningRate(recipe, 54), 4, 1e-12);
  EXPECT_GT(LearningRate(recipe, 103), 0);
  EXPECT_LT(LearningRate(recipe, 103), 0.01);
}

}  // namespace
}  // namespace winnow
