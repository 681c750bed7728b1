#include "training/recipe.h"

#include <toml++/toml.h>

#include "base/error.h"
#include "base/file.h"
#include "training/table_reader.h"

namespace winnow {
namespace {

void ReadBlur(TableReader blur, BlurOptions& options) {
  blur.Read("sharp", options.sharp);
  blur.Read("path", options.path);
  blur.Read("rotation", options.rotation);
  blur.Read("objects", options.objects);
  blur.Read("object_path", options.object_path);
  blur.Read("highlights", options.highlights);
  blur.Read("noise", options.noise);
  blur.Read("gamma", options.gamma);
  blur.Finish();
}

void ReadData(TableReader data, DataRecipe& recipe) {
  data.Read("hr", recipe.hr);
  data.Read("input", recipe.input);
  data.Read("target", recipe.target);
  data.Read("pairs", recipe.pairs);
  data.Read("pairs_input", recipe.pairs_input);
  data.Read("shrink", recipe.shrink);
  data.Read("validation_every", recipe.validation_every);
  if (data.Has("blur")) ReadBlur(data.Section("blur"), recipe.blur.emplace());
  data.Finish();
}

void ReadTraining(TableReader training, Recipe& recipe) {
  std::string precision = recipe.bf16 ? "bf16" : "f32";
  std::filesystem::path initial_model;
  training.Read("batch", recipe.batch);
  training.Read("patch", recipe.patch);
  training.Read("precision", precision);
  training.Read("initial_model", initial_model);
  training.Read("weights_dtype", recipe.weights_dtype);
  OptimiserRecipe& optimiser = recipe.optimiser;
  training.Read("loss", optimiser.loss);
  training.Read("learning_rate", optimiser.learning_rate);
  training.Read("beta1", optimiser.beta1);
  training.Read("beta2", optimiser.beta2);
  training.Read("epsilon", optimiser.epsilon);
  training.Read("steps", optimiser.steps);
  training.Read("warmup_steps", optimiser.warmup_steps);
  training.Read("schedule", optimiser.schedule);
  training.Read("milestones", optimiser.milestones);
  training.Read("ema", optimiser.ema);
  training.Finish();
  if (precision != "bf16" && precision != "f32") {
    throw Error(ErrorKind::kInvalidArgument,
                "'precision' must be \"bf16\" or \"f32\", not \"" + precision + "\"");
  }
  recipe.bf16 = precision == "bf16";
  recipe.initial_model = initial_model.string();
}

void ReadSparsity(TableReader sparsity, SparsityRecipe& recipe) {
  sparsity.Read("method", recipe.method);
  sparsity.Read("m", recipe.m);
  sparsity.Read("n", recipe.n);
  sparsity.Read("budget", recipe.budget);
  sparsity.Read("short_groups", recipe.short_groups);
  sparsity.Read("prune_shuffled_last", recipe.prune_shuffled_last);
  sparsity.Read("exclude", recipe.exclude);
  sparsity.Read("epoch_steps", recipe.epoch_steps);
  sparsity.Read("rank_updates", recipe.rank_updates);
  sparsity.Read("lambda", recipe.lambda);
  sparsity.Read("score_learning_rate", recipe.score_learning_rate);
  sparsity.Read("anneal_epochs", recipe.anneal_epochs);
  sparsity.Read("anneal_factor", recipe.anneal_factor);
  sparsity.Read("anneal_threshold", recipe.anneal_threshold);
  sparsity.Read("snapshots", recipe.snapshots);
  sparsity.Read("decay", recipe.decay);
  sparsity.Finish();
}

void ReadDistillation(TableReader distillation, DistillationRecipe& recipe) {
  std::filesystem::path teacher;
  distillation.Read("teacher", teacher);
  distillation.Read("weight", recipe.weight);
  distillation.Finish();
  recipe.teacher = teacher.string();
}

void ReadLog(TableReader log, Recipe& recipe) {
  log.Read("every", recipe.log_every);
  log.Read("checkpoint_every", recipe.checkpoint_every);
  log.Read("validate_every", recipe.validate_every);
  log.Finish();
}

Recipe ConvertRecipe(const toml::table& table, const std::string& file) {
  Recipe recipe;
  TableReader top(table, "the top level", file);
  top.Read("name", recipe.name);
  top.Read("network", recipe.network);
  top.Read("scale", recipe.scale);
  top.Read("seed", recipe.seed);
  top.Read("licence", recipe.licence);
  top.Section("settings").ReadAll(recipe.settings);
  ReadData(top.Section("data"), recipe.data);
  ReadTraining(top.Section("training"), recipe);
  ReadSparsity(top.Section("sparsity"), recipe.sparsity);
  ReadDistillation(top.Section("distillation"), recipe.distillation);
  ReadLog(top.Section("log"), recipe);
  top.Section("provenance").ReadAll(recipe.provenance);
  top.Finish();
  return recipe;
}

}  // namespace

bool HasPatterns(const SparsityRecipe& recipe) {
  return !recipe.method.empty() && recipe.method != "filter";
}

Recipe ReadRecipe(const std::filesystem::path& path) {
  const std::string text = ReadFile(path);
  toml::table table;
  try {
    table = toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::kInvalidArgument, path.string() + ":" +
                                                 std::to_string(error.source().begin.line) + ": " +
                                                 std::string(error.description()));
  }
  Recipe recipe = ConvertRecipe(table, path.string());
  try {
    Validate(recipe);
  } catch (const Error& error) {
    throw Error(error.kind(), path.string() + ": " + error.what());
  }
  return recipe;
}

}  // namespace winnow
