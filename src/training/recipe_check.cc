#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "training/recipe.h"

namespace winnow {
namespace {

void Require(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorKind::kInvalidArgument, message);
}

void RequireOneOf(const std::string& key, const std::string& value, const std::string& a,
                  const std::string& b) {
  Require(value == a || value == b,
          "'" + key + "' must be \"" + a + "\" or \"" + b + "\", not \"" + value + "\"");
}

void ValidateData(const DataRecipe& data) {
  const bool pairs = !data.input.empty() || !data.target.empty();
  Require(pairs != !data.hr.empty(), "[data] needs either 'hr' or both 'input' and 'target'");
  Require(data.input.size() == data.target.size(),
          "'input' and 'target' must list equally many folders");
  Require(!data.shrink.empty(), "'shrink' needs at least one factor");
  for (double factor : data.shrink) {
    Require(factor > 0 && factor <= 1, "'shrink' factors must lie in (0, 1]");
  }
  Require(data.validation_every >= 0, "'validation_every' may not be negative");
}

void ValidateOptimiser(const OptimiserRecipe& optimiser) {
  const auto is_decay = [](double value) { return value >= 0 && value < 1; };
  RequireOneOf("loss", optimiser.loss, "l1", "mse");
  RequireOneOf("schedule", optimiser.schedule, "step", "cosine");
  Require(optimiser.learning_rate > 0, "'learning_rate' must be positive");
  Require(is_decay(optimiser.beta1) && is_decay(optimiser.beta2),
          "'beta1' and 'beta2' must lie in [0, 1)");
  Require(is_decay(optimiser.ema), "'ema' must lie in [0, 1)");
  Require(optimiser.epsilon > 0, "'epsilon' must be positive");
  Require(optimiser.steps >= 1, "'steps' must be at least 1");
  Require(optimiser.warmup_steps >= 0 && optimiser.warmup_steps < optimiser.steps,
          "'warmup_steps' must lie in [0, steps)");
  Require(std::is_sorted(optimiser.milestones.begin(), optimiser.milestones.end()),
          "'milestones' must ascend");
}

std::string Exact(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

template <typename T, typename Format>
std::string Join(const std::vector<T>& values, Format format) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + format(value);
  return text;
}

}  // namespace

void Validate(const Recipe& recipe) {
  Require(!recipe.name.empty() && recipe.name.find('/') == std::string::npos,
          "'name' is missing or contains a slash; it names the model file");
  Require(!recipe.network.empty(), "'network' is missing");
  Require(recipe.scale >= 0, "'scale' may not be negative");
  Require(recipe.batch >= 1, "'batch' must be at least 1");
  Require(recipe.patch >= 1, "'patch' must be at least 1");
  RequireOneOf("weights_dtype", recipe.weights_dtype, "f16", "f32");
  Require(recipe.log_every >= 1 && recipe.checkpoint_every >= 1 && recipe.validate_every >= 1,
          "'every', 'checkpoint_every' and 'validate_every' must be at least 1");
  ValidateData(recipe.data);
  ValidateOptimiser(recipe.optimiser);
}

std::map<std::string, std::string> DecidingFields(const Recipe& recipe) {
  const OptimiserRecipe& optimiser = recipe.optimiser;
  std::map<std::string, std::string> fields = {
      {"network", recipe.network},
      {"scale", std::to_string(recipe.scale)},
      {"initial_model", recipe.initial_model},
      {"seed", std::to_string(recipe.seed)},
      {"batch", std::to_string(recipe.batch)},
      {"patch", std::to_string(recipe.patch)},
      {"precision", recipe.bf16 ? "bf16" : "f32"},
      {"shrink", Join(recipe.data.shrink, Exact)},
      {"validation_every", std::to_string(recipe.data.validation_every)},
      {"loss", optimiser.loss},
      {"learning_rate", Exact(optimiser.learning_rate)},
      {"beta1", Exact(optimiser.beta1)},
      {"beta2", Exact(optimiser.beta2)},
      {"epsilon", Exact(optimiser.epsilon)},
      {"steps", std::to_string(optimiser.steps)},
      {"warmup_steps", std::to_string(optimiser.warmup_steps)},
      {"schedule", optimiser.schedule},
      {"milestones", Join(optimiser.milestones, [](auto step) { return std::to_string(step); })},
      {"ema", Exact(optimiser.ema)},
  };
  for (const auto& [name, value] : recipe.settings)
    fields["settings." + name] = std::to_string(value);
  return fields;
}

}  // namespace winnow
