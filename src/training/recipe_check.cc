#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "graph/correction.h"
#include "training/recipe.h"

namespace winnow {
namespace {

void Require(bool condition, const std::string& message) {
  if (!condition) throw Error(ErrorKind::kInvalidArgument, message);
}

void RequireOneOf(const std::string& key, const std::string& value,
                  const std::vector<std::string>& names) {
  std::string listed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) listed += i + 1 < names.size() ? ", " : " or ";
    listed += '"' + names[i] + '"';
  }
  Require(std::ranges::find(names, value) != names.end(),
          "'" + key + "' must be " + listed + ", not \"" + value + '"');
}

void ValidateData(const DataRecipe& data) {
  const bool targets =
      !data.hr.empty() || !data.input.empty() || !data.target.empty() || !data.pairs.empty();
  Require(targets || !data.photos.empty(),
          "[data] needs 'hr', 'photos', 'pairs', or both 'input' and 'target'");
  Require(!targets || data.photos.empty(),
          "'photos' have no targets, the other folders of [data] do; give one kind");
  Require(data.input.size() == data.target.size(),
          "'input' and 'target' must list equally many folders");
  RequireOneOf("pairs_input", data.pairs_input, {"blur", "blur_gamma"});
  Require(!data.blur || !data.hr.empty(), "[data.blur] blurs the pictures of 'hr'; name some");
  if (data.blur) Validate(*data.blur);
  Require(data.blur_reuse >= 1 && (data.blur_reuse == 1 || data.blur),
          "'blur_reuse' must be at least 1, and needs [data.blur]");
  Require(!data.sizes.empty(), "'sizes' needs at least one factor");
  for (double factor : data.sizes) {
    Require(factor > 0 && factor <= 2, "'sizes' factors must lie in (0, 2]");
  }
  Require(data.validation_every >= 0, "'validation_every' may not be negative");
}

void ValidateOptimiser(const OptimiserRecipe& optimiser) {
  const auto is_decay = [](double value) { return value >= 0 && value < 1; };
  RequireOneOf("loss", optimiser.loss, {"l1", "mse", "psnr"});
  RequireOneOf("schedule", optimiser.schedule, {"step", "cosine"});
  Require(optimiser.frequency_weight >= 0, "'frequency_weight' may not be negative");
  Require(optimiser.motion_weight >= 0, "'motion_weight' may not be negative");
  Require(optimiser.learning_rate > 0, "'learning_rate' must be positive");
  Require(is_decay(optimiser.beta1) && is_decay(optimiser.beta2),
          "'beta1' and 'beta2' must lie in [0, 1)");
  Require(optimiser.gradient_clip >= 0, "'gradient_clip' may not be negative");
  Require(is_decay(optimiser.ema), "'ema' must lie in [0, 1)");
  Require(optimiser.epsilon > 0, "'epsilon' must be positive");
  Require(optimiser.steps >= 1, "'steps' must be at least 1");
  Require(optimiser.warmup_steps >= 0 && optimiser.warmup_steps < optimiser.steps,
          "'warmup_steps' must lie in [0, steps)");
  Require(std::is_sorted(optimiser.milestones.begin(), optimiser.milestones.end()),
          "'milestones' must ascend");
}

void ValidateSearch(const SparsityRecipe& sparsity) {
  Require(sparsity.m >= 2, "sls needs an 'm' of at least 2");
  Require(sparsity.n == 0 && sparsity.budget > 0, "sls needs a 'budget', and takes no 'n'");
  Require(sparsity.lambda >= 0, "'lambda' may not be negative");
  Require(sparsity.score_learning_rate > 0, "'score_learning_rate' must be positive");
  Require(sparsity.anneal_epochs >= 1, "'anneal_epochs' must be at least 1");
  Require(0 <= sparsity.search_until, "'search_until' must not be negative");
  Require(sparsity.anneal_factor >= 1, "'anneal_factor' must be at least 1");
}

void ValidateMethod(const std::string& method) {
  constexpr std::string_view kMethods[] = {"sls",    "one-shot", "sr-ste",
                                           "domino", "finetune", "filter"};
  if (std::ranges::find(kMethods, method) != std::end(kMethods)) return;
  Require(false, "'method' must be one of " + Join(kMethods, std::identity()) + ", not \"" +
                     method + "\"");
}

void ValidateSparsity(const Recipe& recipe) {
  const SparsityRecipe& sparsity = recipe.sparsity;
  if (sparsity.method.empty()) return;
  ValidateMethod(sparsity.method);
  const bool search = sparsity.method == "sls", finetune = sparsity.method == "finetune";
  Require(!recipe.initial_model.empty(), "[sparsity] needs an 'initial_model' to prune");
  Require(1 <= sparsity.m && sparsity.m <= 256, "'m' must lie in 1..256");
  Require(0 <= sparsity.n && sparsity.n <= sparsity.m, "'n' must lie in 1..m");
  Require(0 <= sparsity.budget && sparsity.budget <= 1, "'budget' must lie in (0, 1]");
  RequireOneOf("short_groups", sparsity.short_groups, {"proportional", "published"});
  Require(sparsity.epoch_steps >= 1, "'epoch_steps' must be at least 1");
  Require(0 <= sparsity.rank_updates && sparsity.rank_updates <= 1,
          "'rank_updates' must lie in [0, 1]");
  Require(sparsity.decay >= 0, "'decay' may not be negative");
  Require(sparsity.latency_table.empty() ||
              (sparsity.method != "filter" && sparsity.short_groups == "proportional"),
          "'latency_table' is for patterns N:M with proportional short groups");
  Require(sparsity.snapshots.empty() || search, "'snapshots' are taken by sls only");
  Require(std::is_sorted(sparsity.snapshots.rbegin(), sparsity.snapshots.rend()),
          "'snapshots' must descend");
  if (search) {
    ValidateSearch(sparsity);
  } else if (sparsity.method == "filter" || sparsity.method == "domino") {
    Require(sparsity.n == 0 && sparsity.budget > 0,
            sparsity.method + " needs a 'budget', and takes no 'n'");
  } else if (finetune) {
    Require(sparsity.n == 0 && sparsity.budget == 0 && sparsity.short_groups == "proportional",
            "finetune takes the patterns of the initial model: no 'n', 'budget', 'short_groups'");
  } else {
    Require((sparsity.n > 0) != (sparsity.budget > 0), "[sparsity] needs one of 'n' and 'budget'");
  }
}

void ValidateDistillation(const Recipe& recipe) {
  const DistillationRecipe& distillation = recipe.distillation;
  Require(0 <= distillation.weight && distillation.weight <= 1,
          "'weight' of the teacher must lie in [0, 1]");
  Require(recipe.data.photos.empty() || (!distillation.teacher.empty() && distillation.weight == 1),
          "'photos' have no targets but a teacher's results: [distillation] needs a 'teacher', and "
          "the 'weight' 1");
}

}  // namespace

void Validate(const Recipe& recipe) {
  Require(!recipe.name.empty() && recipe.name.find('/') == std::string::npos,
          "'name' is missing or contains a slash; it names the model file");
  Require(!recipe.network.empty() || !recipe.initial_model.empty(),
          "'network' is missing, and there is no 'initial_model' to take it from");
  Require(recipe.scale >= 0, "'scale' may not be negative");
  Require(recipe.batch >= 1, "'batch' must be at least 1");
  Require(recipe.patch >= 1, "'patch' must be at least 1");
  Require(0 < recipe.strength && recipe.strength <= kLargestStrength,
          "'strength' must lie in (0, 2]");
  RequireOneOf("weights_dtype", recipe.weights_dtype, {"f16", "f32"});
  Require(recipe.log_every >= 1 && recipe.checkpoint_every >= 1 && recipe.validate_every >= 1,
          "'every', 'checkpoint_every' and 'validate_every' must be at least 1");
  ValidateData(recipe.data);
  ValidateOptimiser(recipe.optimiser);
  Require(recipe.optimiser.motion_weight == 0 || recipe.data.blur,
          "'motion_weight' needs [data.blur]: only of blur made here the motion is known");
  ValidateSparsity(recipe);
  ValidateDistillation(recipe);
}

}  // namespace winnow
