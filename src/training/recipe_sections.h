// The keys of a recipe file, once for whatever reads or writes them. A table has
//     Field(key, value)         a number, text, truth value, or a vector of one of them or of paths
//     Path(key, text)           a path as text
//     All(values)               every key, whatever its name
//     Section(key, visit)       calls visit(table) for a table inside
//     OptionalSection(key, value, visit)  the same with visit(table, *value), for what need not be
#pragma once

#include <string>

#include "base/error.h"
#include "training/recipe.h"

namespace winnow {

template <typename Table>
void VisitBlur(Table& blur, BlurOptions& options) {
  blur.Field("sharp", options.sharp);
  blur.Field("path", options.path);
  blur.Field("shortest", options.shortest);
  blur.Field("rotation", options.rotation);
  blur.Field("objects", options.objects);
  blur.Field("object_path", options.object_path);
  blur.Field("highlights", options.highlights);
  blur.Field("noise", options.noise);
  blur.Field("grain", options.grain);
  blur.Field("gamma", options.gamma);
  blur.Field("video", options.video);
}

template <typename Table>
void VisitData(Table& data, DataRecipe& recipe) {
  data.Field("hr", recipe.hr);
  data.Field("input", recipe.input);
  data.Field("target", recipe.target);
  data.Field("photos", recipe.photos);
  data.Field("pairs", recipe.pairs);
  data.Field("pairs_input", recipe.pairs_input);
  data.Field("blur_reuse", recipe.blur_reuse);
  data.Field("sizes", recipe.sizes);
  data.Field("validation_every", recipe.validation_every);
  data.OptionalSection("blur", recipe.blur,
                       [](auto& table, BlurOptions& options) { VisitBlur(table, options); });
}

template <typename Table>
void VisitTraining(Table& training, Recipe& recipe) {
  std::string precision = recipe.bf16 ? "bf16" : "f32";
  training.Field("batch", recipe.batch);
  training.Field("patch", recipe.patch);
  training.Field("precision", precision);
  training.Path("initial_model", recipe.initial_model);
  training.Field("weights_dtype", recipe.weights_dtype);
  OptimiserRecipe& optimiser = recipe.optimiser;
  training.Field("loss", optimiser.loss);
  training.Field("frequency_weight", optimiser.frequency_weight);
  training.Field("motion_weight", optimiser.motion_weight);
  training.Field("learning_rate", optimiser.learning_rate);
  training.Field("beta1", optimiser.beta1);
  training.Field("beta2", optimiser.beta2);
  training.Field("epsilon", optimiser.epsilon);
  training.Field("steps", optimiser.steps);
  training.Field("warmup_steps", optimiser.warmup_steps);
  training.Field("schedule", optimiser.schedule);
  training.Field("milestones", optimiser.milestones);
  training.Field("gradient_clip", optimiser.gradient_clip);
  training.Field("ema", optimiser.ema);
  training.Field("strength", recipe.strength);
  if (precision != "bf16" && precision != "f32") {
    throw Error(ErrorKind::kInvalidArgument,
                "'precision' must be \"bf16\" or \"f32\", not \"" + precision + "\"");
  }
  recipe.bf16 = precision == "bf16";
}

template <typename Table>
void VisitSparsity(Table& sparsity, SparsityRecipe& recipe) {
  sparsity.Field("method", recipe.method);
  sparsity.Field("m", recipe.m);
  sparsity.Field("n", recipe.n);
  sparsity.Field("budget", recipe.budget);
  sparsity.Path("latency_table", recipe.latency_table);
  sparsity.Field("short_groups", recipe.short_groups);
  sparsity.Field("prune_shuffled_last", recipe.prune_shuffled_last);
  sparsity.Field("exclude", recipe.exclude);
  sparsity.Field("epoch_steps", recipe.epoch_steps);
  sparsity.Field("rank_updates", recipe.rank_updates);
  sparsity.Field("search_until", recipe.search_until);
  sparsity.Field("lambda", recipe.lambda);
  sparsity.Field("score_learning_rate", recipe.score_learning_rate);
  sparsity.Field("priority_ordering", recipe.priority_ordering);
  sparsity.Field("anneal_epochs", recipe.anneal_epochs);
  sparsity.Field("anneal_factor", recipe.anneal_factor);
  sparsity.Field("anneal_threshold", recipe.anneal_threshold);
  sparsity.Field("snapshots", recipe.snapshots);
  sparsity.Field("decay", recipe.decay);
}

template <typename Table>
void VisitDistillation(Table& distillation, DistillationRecipe& recipe) {
  distillation.Path("teacher", recipe.teacher);
  distillation.Field("weight", recipe.weight);
}

template <typename Table>
void VisitLog(Table& log, Recipe& recipe) {
  log.Field("every", recipe.log_every);
  log.Field("checkpoint_every", recipe.checkpoint_every);
  log.Field("validate_every", recipe.validate_every);
}

template <typename Table>
void VisitRecipe(Table& top, Recipe& recipe) {
  top.Field("name", recipe.name);
  top.Field("network", recipe.network);
  top.Field("scale", recipe.scale);
  top.Field("seed", recipe.seed);
  top.Field("licence", recipe.licence);
  top.Section("settings", [&](auto& table) { table.All(recipe.settings); });
  top.Section("data", [&](auto& table) { VisitData(table, recipe.data); });
  top.Section("training", [&](auto& table) { VisitTraining(table, recipe); });
  top.Section("sparsity", [&](auto& table) { VisitSparsity(table, recipe.sparsity); });
  top.Section("distillation", [&](auto& table) { VisitDistillation(table, recipe.distillation); });
  top.Section("log", [&](auto& table) { VisitLog(table, recipe); });
  top.Section("provenance", [&](auto& table) { table.All(recipe.provenance); });
}

}  // namespace winnow
