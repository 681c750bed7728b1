#include "cli/compress_recipe.h"

#include <algorithm>

#include "base/error.h"
#include "base/rounding.h"
#include "sparsity/sls.h"

namespace winnow {
namespace {

// Of the schedule that the models of recipes/ were trained by.
constexpr std::int64_t kSteps = 8000;
constexpr std::int64_t kEpochs = 32;
constexpr double kSizes[] = {1.0, 0.75, 0.55};

std::vector<std::filesystem::path> Paths(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

DataRecipe TeacherLabelled(const CompressArguments& arguments, const ModelInfo& dense) {
  if (!arguments.target.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                "--target names labels, and --labels teacher asks for none; leave one of them out");
  }
  DataRecipe data;
  data.photos = Paths(arguments.data);
  if (dense.scale == 1) return data;
  // As the inputs that are made of sharp pictures.
  data.sizes.clear();
  for (double factor : kSizes) data.sizes.push_back(factor / dense.scale);
  return data;
}

DataRecipe PhotoLabelled(const CompressArguments& arguments, const ModelInfo& dense) {
  DataRecipe data;
  if (dense.scale > 1) {
    if (!arguments.target.empty()) {
      throw Error(ErrorKind::kInvalidArgument,
                  "--target is for networks that keep the extent; for " + dense.name +
                      " the inputs are made from the photographs of --data");
    }
    data.hr = Paths(arguments.data);
    data.sizes = {std::begin(kSizes), std::end(kSizes)};
    return data;
  }
  // What comes without sharp pictures is sharp itself where a network removes blur.
  const auto paired = static_cast<std::ptrdiff_t>(arguments.target.size());
  const bool blurs = dense.task == "deblurring" && (paired == 0 || arguments.brings_targets);
  if (!blurs && arguments.target.size() != arguments.data.size()) {
    throw Error(ErrorKind::kInvalidArgument,
                dense.name +
                    " keeps the extent: give a folder of sharp pictures with --target for each "
                    "folder of inputs with --data, or --labels teacher");
  }
  data.input = Paths({arguments.data.begin(), arguments.data.begin() + paired});
  data.target = Paths(arguments.target);
  data.hr = Paths({arguments.data.begin() + paired, arguments.data.end()});
  if (!data.hr.empty()) {
    data.sizes = {1, 0.7};
    data.blur = BlurOptions{};
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
  sparsity.score_learning_rate = SearchLearningRate(steps);
  return sparsity;
}

// All but what is done about sparsity.
Recipe Training(const CompressArguments& arguments, const ModelInfo& dense,
                const std::filesystem::path& file, double learning_rate) {
  if (dense.colour == "y") {
    throw Error(ErrorKind::kUnsupported,
                dense.name +
                    ": only networks on RGB pictures can be trained; use --method greedy "
                    "without --steps");
  }
  const bool enlarges = dense.scale > 1;
  const auto given = [](auto value, auto fallback) { return value > 0 ? value : fallback; };
  Recipe recipe;
  recipe.name = CompressedName(arguments);
  recipe.initial_model = file.string();
  recipe.seed = arguments.calibration.seed;
  recipe.batch = given(arguments.batch, enlarges ? 16 : 8);
  recipe.patch = given(arguments.patch, RoundUp(enlarges ? 32 : 128, dense.size_multiple));
  const bool teacher = HasTeacherLabels(arguments, dense);
  recipe.data = teacher ? TeacherLabelled(arguments, dense) : PhotoLabelled(arguments, dense);
  recipe.data.validation_every = kValidationEvery;
  if (teacher) recipe.distillation = {.teacher = file.string(), .weight = 1};
  OptimiserRecipe& optimiser = recipe.optimiser;
  optimiser.steps = given(arguments.steps, kSteps);
  optimiser.learning_rate = given(arguments.learning_rate, learning_rate);
  optimiser.schedule = "cosine";
  optimiser.warmup_steps = std::min<std::int64_t>(100, optimiser.steps / 10);
  optimiser.ema = 0.999;
  recipe.checkpoint_every = 250;
  recipe.provenance["compression_budget"] = arguments.budget;
  return recipe;
}

}  // namespace

bool HasTeacherLabels(const CompressArguments& arguments, const ModelInfo& dense) {
  if (!arguments.labels.empty()) return arguments.labels == "teacher";
  return arguments.target.empty() && (dense.network == "imported" || dense.scale == 1);
}

Recipe CompressionRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                         const std::filesystem::path& file, double fraction) {
  Recipe recipe = Training(arguments, dense, file, dense.scale > 1 ? 4e-4 : 1e-4);
  recipe.sparsity = Sparsity(arguments, fraction, recipe.optimiser.steps);
  return recipe;
}

Recipe FinetuneRecipe(const CompressArguments& arguments, const ModelInfo& dense,
                      const std::filesystem::path& file, const std::filesystem::path& pruned) {
  Recipe recipe = Training(arguments, dense, file, dense.scale > 1 ? 1e-3 : 1e-4);
  recipe.initial_model = pruned.string();
  recipe.sparsity.method = "finetune";
  recipe.sparsity.m = arguments.m;
  recipe.sparsity.rank_updates = 0;
  return recipe;
}

}  // namespace winnow
