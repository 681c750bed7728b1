#include "cli/reference/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace winnow {
namespace {

// CLI11 writes what a validator accepts behind the type: "TEXT:{exact,fast}", or with what each
// becomes, "TEXT:value in {deblur->deblurring} OR {deblurring}", where the first ones are for
// users.
std::vector<std::string> ChoicesIn(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return choices;
  for (std::string choice : CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',')) {
    choices.push_back(choice.substr(0, choice.find("->")));
  }
  return choices;
}

OptionText Read(const CLI::Option& option) {
  OptionText text;
  text.positional = option.get_positional();
  if (text.positional) {
    text.names.push_back(option.get_single_name());
  } else {
    for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  }
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    text.value = type.substr(0, type.find(':'));
    text.choices = ChoicesIn(type);
  }
  text.description = option.get_description();
  text.required = option.get_required();
  text.repeats = option.get_items_expected_max() > 1;
  return text;
}

CommandText Read(const CLI::App& app, const std::string& name) {
  CommandText text{name, app.get_description(), app.get_footer(), {}};
  for (const CLI::Option* option : app.get_options({})) text.options.push_back(Read(*option));
  // Groups of options are nameless parts of the command to CLI11.
  for (const CLI::App* group : app.get_subcommands({})) {
    if (!group->get_name().empty()) continue;
    for (const CLI::Option* option : group->get_options({})) text.options.push_back(Read(*option));
  }
  return text;
}

}  // namespace

std::vector<CommandText> ReadCommandTree(const CLI::App& app, const std::string& program) {
  std::vector<CommandText> commands = {Read(app, program)};
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(Read(*command, command->get_name()));
  }
  return commands;
}

bool TakesModel(const OptionText& option) {
  return std::ranges::any_of(
      option.names, [](const std::string& name) { return name == "--model" || name == "model"; });
}

}  // namespace winnow
