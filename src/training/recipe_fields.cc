#include <concepts>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "training/recipe.h"
#include "training/recipe_sections.h"

namespace winnow {
namespace {

using Fields = std::map<std::string, std::string>;

std::string Text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}
std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(const std::string& value) { return value; }
std::string Text(const std::filesystem::path& value) { return value.string(); }
template <std::integral Number>
std::string Text(Number value) {
  return std::to_string(value);
}
template <typename Value>
std::string Text(const std::vector<Value>& values) {
  return Join(values, [](const Value& value) { return Text(value); });
}

// A table as of recipe_sections.h, whose keys and those of the tables inside it become fields.
class FieldTable {
 public:
  FieldTable(std::string section, Fields& fields) : section_(std::move(section)), fields_(fields) {}

  template <typename Value>
  void Field(const std::string& key, const Value& value) {
    fields_[section_ + key] = Text(value);
  }
  void Path(const std::string& key, const std::string& path) { Field(key, path); }
  template <typename Values>
  void All(const Values& values) {
    for (const auto& [key, value] : values) Field(key, value);
  }
  template <typename Visit>
  void Section(const std::string& key, Visit visit) {
    FieldTable inside(section_ + key + ".", fields_);
    visit(inside);
  }
  template <typename Value, typename Visit>
  void OptionalSection(const std::string& key, std::optional<Value>& value, Visit visit) {
    if (value) Section(key, [&](FieldTable& table) { visit(table, *value); });
  }

 private:
  std::string section_;
  Fields& fields_;
};

void EraseSection(const std::string& section, Fields& fields) {
  std::erase_if(fields, [&](const auto& field) { return field.first.starts_with(section + "."); });
}

}  // namespace

Fields DecidingFields(const Recipe& recipe) {
  Fields fields;
  FieldTable table("", fields);
  Recipe copy = recipe;  // tables that read a recipe write to it
  VisitRecipe(table, copy);
  for (const char* key : {"name", "licence", "training.weights_dtype"}) fields.erase(key);
  // The checkpoint knows the pictures themselves, wherever they are.
  for (const char* key : {"hr", "input", "target", "pairs", "pairs_input", "photos"}) {
    fields.erase(std::string("data.") + key);
  }
  EraseSection("log", fields);
  EraseSection("provenance", fields);
  if (recipe.sparsity.method.empty()) EraseSection("sparsity", fields);
  if (recipe.distillation.teacher.empty()) EraseSection("distillation", fields);
  return fields;
}

}  // namespace winnow
