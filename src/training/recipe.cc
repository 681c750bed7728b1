#include "training/recipe.h"

#include <toml++/toml.h>

#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "training/recipe_sections.h"
#include "training/table_reader.h"
#include "training/table_writer.h"

namespace winnow {
namespace {

Recipe ConvertRecipe(const toml::table& table, const std::string& file) {
  Recipe recipe;
  TableReader top(table, "the top level", file);
  VisitRecipe(top, recipe);
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

std::string ToToml(Recipe recipe) {
  Validate(recipe);
  TableWriter top;
  VisitRecipe(top, recipe);
  std::ostringstream text;
  text << toml::toml_formatter(top.table(), toml::format_flags::none) << "\n";
  return text.str();
}

}  // namespace winnow
