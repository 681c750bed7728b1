#include "training/recipe.h"

#include <toml++/toml.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/file.h"

namespace winnow {
namespace {

std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string Nearest(const std::string& word, const std::set<std::string>& choices) {
  return *std::min_element(choices.begin(), choices.end(), [&](const auto& a, const auto& b) {
    return EditDistance(word, a) < EditDistance(word, b);
  });
}

// Reads one table; Finish() complains about keys nobody asked for.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string section, std::string file)
      : table_(table), section_(std::move(section)), file_(std::move(file)) {}

  template <typename T>
  void Read(const std::string& key, T& value) {
    known_.insert(key);
    if (const toml::node* node = table_.get(key)) Convert(*node, key, value);
  }

  // The table under `key`, or an empty one.
  TableReader Section(const std::string& key) {
    static const toml::table kEmpty;
    known_.insert(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {kEmpty, "[" + key + "]", file_};
    if (!node->is_table()) Fail(*node, "'" + key + "' must be a [" + key + "] section");
    return {*node->as_table(), "[" + key + "]", file_};
  }

  // Every key of this table, whatever its name.
  template <typename T>
  void ReadAll(std::map<std::string, T>& values) {
    for (const auto& [key, node] : table_)
      Read(std::string(key.str()), values[std::string(key.str())]);
  }

  void Finish() const {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (known_.contains(name)) continue;
      Fail(node, "unknown key '" + name + "' in " + section_ + "; the nearest known one is '" +
                     Nearest(name, known_) + "'");
    }
  }

 private:
  [[noreturn]] void Fail(const toml::node& node, const std::string& what) const {
    throw Error(ErrorKind::kInvalidArgument,
                file_ + ":" + std::to_string(node.source().begin.line) + ": " + what);
  }

  template <typename T>
  T Scalar(const toml::node& node, const std::string& key, const char* type) const {
    if (const auto value = node.value_exact<T>()) return *value;
    Fail(node, "'" + key + "' in " + section_ + " must be " + type);
  }

  void Convert(const toml::node& node, const std::string& key, std::int64_t& value) const {
    value = Scalar<std::int64_t>(node, key, "a whole number");
  }
  void Convert(const toml::node& node, const std::string& key, std::uint64_t& value) const {
    const auto number = Scalar<std::int64_t>(node, key, "a whole number");
    if (number < 0) Fail(node, "'" + key + "' may not be negative");
    value = static_cast<std::uint64_t>(number);
  }
  void Convert(const toml::node& node, const std::string& key, int& value) const {
    const auto number = Scalar<std::int64_t>(node, key, "a whole number");
    if (!std::in_range<int>(number)) Fail(node, "'" + key + "' is too large");
    value = static_cast<int>(number);
  }
  void Convert(const toml::node& node, const std::string& key, double& value) const {
    if (const auto whole = node.value_exact<std::int64_t>()) {
      value = static_cast<double>(*whole);
    } else {
      value = Scalar<double>(node, key, "a number");
    }
  }
  void Convert(const toml::node& node, const std::string& key, std::string& value) const {
    value = Scalar<std::string>(node, key, "a string");
  }
  void Convert(const toml::node& node, const std::string& key, std::filesystem::path& value) const {
    value = std::filesystem::path(file_).parent_path() /
            Scalar<std::string>(node, key, "a path in quotes");
    value = value.lexically_normal();
  }
  template <typename T>
  void Convert(const toml::node& node, const std::string& key, std::vector<T>& values) const {
    if (!node.is_array()) Fail(node, "'" + key + "' in " + section_ + " must be an array");
    values.clear();
    for (const toml::node& element : *node.as_array()) Convert(element, key, values.emplace_back());
  }

  const toml::table& table_;
  std::string section_;
  std::string file_;
  std::set<std::string> known_;
};

void ReadData(TableReader data, DataRecipe& recipe) {
  data.Read("hr", recipe.hr);
  data.Read("input", recipe.input);
  data.Read("target", recipe.target);
  data.Read("shrink", recipe.shrink);
  data.Read("validation_every", recipe.validation_every);
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
  ReadLog(top.Section("log"), recipe);
  top.Section("provenance").ReadAll(recipe.provenance);
  top.Finish();
  return recipe;
}

}  // namespace

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
