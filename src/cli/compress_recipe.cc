#include "cli/compress_recipe.h"

#include <algorithm>

#include "base/error.h"
#include "base/rounding.h"

namespace winnow {
namespace {

// Of the schedule that the models of recipes/ were trained by.
constexpr std::int64_t kSteps = 8000;
constexpr std::int64_t kEpochs = 32;

std::vector<std::filesystem::path> Paths(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

DataRecipe Data(const CompressArguments& arguments, const ModelInfo& dense) {
  DataRecipe data;
  data.validation_every = 20;
  if (dense.scale > 1) {
    if (!arguments.target.empty()) {
      throw Error(ErrorKind::kInvalidArgument,
                  "--target is for networks that keep the extent; for " + dense.name +
                      " the inputs are made from the photographs of --data");
    }
    data.hr = Paths(arguments.data);
    data.shrink = {1.0, 0.75, 0.55};
  } else {
    if (arguments.target.size() != arguments.data.size()) {
      throw Error(ErrorKind::kInvalidArgument,
                  dense.name +
                      " keeps the extent: give a folder of sharp pictures with --target "
                      "for each folder of inputs with --data");
    }
    data.input = Paths(arguments.data);
    data.target = Paths(arguments.target);
  }
  return data;
}

SparsityRecipe Sparsity(const CompressArguments& arguments, double fraction, std::int64_t steps) {
  SparsityRecipe sparsity;
  sparsity.method = arguments.method;
  sparsity.m = arguments.m;
  sparsity.budget = fraction;
  sparsity.latency_table = arguments.latency_table;
  sparsity.epoch_steps = std::max<std::int64_t>(1, steps / kEpochs);
  sparsity.rank_updates = 0.8;
  return sparsity;
}

}  // namespace

Recipe CompressionRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                         const std::filesystem::path& file, double fraction) {
  const bool enlarges = dense.scale > 1;
  const auto given = [](auto value, auto fallback) { return value > 0 ? value : fallback; };
  Recipe recipe;
  recipe.name = CompressedName(arguments);
  recipe.initial_model = file.string();
  recipe.seed = arguments.calibration.seed;
  recipe.batch = given(arguments.batch, enlarges ? 16 : 8);
  recipe.patch = given(arguments.patch, RoundUp(enlarges ? 32 : 128, dense.size_multiple));
  recipe.data = Data(arguments, dense);
  OptimiserRecipe& optimiser = recipe.optimiser;
  optimiser.steps = given(arguments.steps, kSteps);
  optimiser.learning_rate = given(arguments.learning_rate, enlarges ? 4e-4 : 1e-4);
  optimiser.schedule = "cosine";
  optimiser.warmup_steps = std::min<std::int64_t>(100, optimiser.steps / 10);
  optimiser.ema = 0.999;
  recipe.sparsity = Sparsity(arguments, fraction, optimiser.steps);
  recipe.checkpoint_every = 250;
  recipe.provenance["compression_budget"] = arguments.budget;
  return recipe;
}

}  // namespace winnow
