#include <cstdio>

#include "base/text.h"
#include "training/recipe.h"
#include "training/recipe_sections.h"

namespace winnow {
namespace {

std::string Exact(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

void AddSparsity(const SparsityRecipe& sparsity, std::map<std::string, std::string>& fields) {
  if (sparsity.method.empty()) return;
  const auto add = [&](const std::string& key, const std::string& value) {
    fields["sparsity." + key] = value;
  };
  add("method", sparsity.method);
  add("m", std::to_string(sparsity.m));
  add("n", std::to_string(sparsity.n));
  add("budget", Exact(sparsity.budget));
  if (!sparsity.latency_table.empty()) add("latency_table", sparsity.latency_table);
  add("short_groups", sparsity.short_groups);
  add("prune_shuffled_last", sparsity.prune_shuffled_last ? "true" : "false");
  add("exclude", Join(sparsity.exclude, [](const std::string& name) { return name; }));
  add("epoch_steps", std::to_string(sparsity.epoch_steps));
  add("rank_updates", Exact(sparsity.rank_updates));
  add("lambda", Exact(sparsity.lambda));
  add("score_learning_rate", Exact(sparsity.score_learning_rate));
  add("anneal_epochs", std::to_string(sparsity.anneal_epochs));
  add("anneal_factor", Exact(sparsity.anneal_factor));
  add("anneal_threshold", Exact(sparsity.anneal_threshold));
  add("snapshots", Join(sparsity.snapshots, Exact));
  add("decay", Exact(sparsity.decay));
}

void AddDistillation(const DistillationRecipe& distillation,
                     std::map<std::string, std::string>& fields) {
  if (distillation.teacher.empty()) return;
  fields["distillation.teacher"] = distillation.teacher;
  fields["distillation.weight"] = Exact(distillation.weight);
}

// A table as of recipe_sections.h.
struct BlurFields {
  std::map<std::string, std::string>& fields;

  void Field(const std::string& key, double value) { fields["blur." + key] = Exact(value); }
  void Field(const std::string& key, int value) { fields["blur." + key] = std::to_string(value); }
};

void AddBlur(const DataRecipe& data, std::map<std::string, std::string>& fields) {
  if (!data.blur) return;
  BlurFields table{fields};
  BlurOptions options = *data.blur;
  VisitBlur(table, options);
}

}  // namespace

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
  AddBlur(recipe.data, fields);
  AddSparsity(recipe.sparsity, fields);
  AddDistillation(recipe.distillation, fields);
  return fields;
}

}  // namespace winnow
