#include "cli/reference/completions.h"

#include <functional>

#include "base/text.h"

namespace winnow {
namespace {

// What `winnow info` lists. The same words serve all three shells.
constexpr char kModels[] = R"(winnow info 2>/dev/null | awk '/built-in model/ {print $1}')";

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::vector<CommandText> WithoutProgram(const std::vector<CommandText>& commands) {
  return {commands.begin() + 1, commands.end()};
}

std::string Words(const std::vector<std::string>& words, const char* separator = " ") {
  return Join(words, std::identity(), separator);
}

// Numbers have types of their own.
bool MayBeFile(const OptionText& option) { return option.value == "TEXT"; }

std::string FlagsOf(const CommandText& command) {
  std::vector<std::string> flags;
  for (const OptionText& option : command.options) {
    if (option.positional) continue;
    flags.insert(flags.end(), option.names.begin(), option.names.end());
  }
  return Words(flags);
}

// The arms of a command for the value of the option before the cursor.
std::string BashValues(const CommandText& command) {
  std::string arms;
  for (const OptionText& option : command.options) {
    if (option.value.empty() || option.positional) continue;
    arms += "        " + Words(option.names, "|") + ") ";
    if (TakesModel(option)) {
      arms += "_winnow_models; ";
    } else if (!option.choices.empty()) {
      arms += "_winnow_words '" + Words(option.choices) + "'; ";
    }
    arms += "return ;;\n";
  }
  return arms.empty() ? "" : "      case $prev in\n" + arms + "      esac\n";
}

bool FirstIsModel(const CommandText& command) {
  for (const OptionText& option : command.options) {
    if (option.positional) return TakesModel(option);
  }
  return false;
}

// Single quotes are the one thing that ends text in them.
std::string ZshQuoted(const std::string& text) { return Replaced(text, "'", "'\\''"); }

std::string ZshText(std::string text) {
  for (const char* special : {"\\", "[", "]"}) {
    text = Replaced(std::move(text), special, std::string("\\") + special);
  }
  return ZshQuoted(text);
}

std::string ZshAction(const OptionText& option) {
  if (TakesModel(option)) return "_winnow_models";
  if (!option.choices.empty()) return "(" + Words(option.choices) + ")";
  return MayBeFile(option) ? "_files" : " ";
}

std::string ZshArgument(const OptionText& option) {
  if (option.positional) {
    const std::string place = option.repeats ? "*" : "";
    return "'" + place + ":" + option.names.front() + ":" + ZshAction(option) + "'";
  }
  const std::string names = option.names.size() == 1 ? "'" + option.names.front()
                                                     : "'(" + Words(option.names) + ")'{" +
                                                           Words(option.names, ",") + "}'";
  std::string text = names + "[" + ZshText(option.description) + "]";
  if (!option.value.empty()) text += ":" + option.value + ":" + ZshAction(option);
  return text + "'";
}

std::string FishQuoted(const std::string& text) {
  return "'" + Replaced(Replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string FishOption(const std::string& condition, const OptionText& option) {
  std::string line = "complete -c winnow -n " + FishQuoted(condition);
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (TakesModel(option)) {
    line += " -r -a " + FishQuoted(std::string("(") + kModels + ")");
  } else if (!option.choices.empty()) {
    line += " -x -a " + FishQuoted(Words(option.choices));
  } else if (!option.value.empty()) {
    line += MayBeFile(option) ? " -r -F" : " -x";
  }
  return line + " -d " + FishQuoted(option.description) + "\n";
}

}  // namespace

std::string BashCompletion(const std::vector<CommandText>& commands) {
  std::string script = std::string("# bash completion for winnow\n") +
                       "_winnow_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n" +
                       "_winnow_models() {\n  _winnow_words \"$(" + kModels + ")\"\n" +
                       "  COMPREPLY+=($(compgen -f -- \"$cur\"))\n}\n" +
                       "_winnow() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n" +
                       "  local prev=${COMP_WORDS[COMP_CWORD-1]}\n  COMPREPLY=()\n" +
                       "  if ((COMP_CWORD == 1)); then\n    _winnow_words '" +
                       Join(WithoutProgram(commands), &CommandText::name, " ") + " " +
                       FlagsOf(commands.front()) + "'\n    return\n  fi\n" +
                       "  case ${COMP_WORDS[1]} in\n";
  for (const CommandText& command : WithoutProgram(commands)) {
    script += "    " + command.name + ")\n" + BashValues(command);
    script += "      if [[ $cur == -* ]]; then _winnow_words '" + FlagsOf(command) + "'; ";
    script += FirstIsModel(command) ? "else _winnow_models; fi ;;\n" : "fi ;;\n";
  }
  return script + "  esac\n}\ncomplete -o default -F _winnow winnow winnow-training\n";
}

std::string ZshCompletion(const std::vector<CommandText>& commands) {
  std::string script = std::string("#compdef winnow winnow-training\n") +
                       "_winnow_models() {\n  compadd -- $(" + kModels + ")\n  _files\n}\n" +
                       "_winnow() {\n  if ((CURRENT == 2)); then\n" + "    local -a commands=(\n";
  for (const CommandText& command : WithoutProgram(commands)) {
    script += "      '" + command.name + ":" + ZshQuoted(command.summary) + "'\n";
  }
  script += "    )\n    _describe command commands\n    return\n  fi\n";
  script += "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n";
  for (const CommandText& command : WithoutProgram(commands)) {
    script += "    " + command.name + ") _arguments -s \\\n      ";
    script += Join(command.options, ZshArgument, " \\\n      ") + " ;;\n";
  }
  return script + "  esac\n}\n_winnow \"$@\"\n";
}

std::string FishCompletion(const std::vector<CommandText>& commands) {
  std::string script = "# fish completion for winnow\n";
  for (const CommandText& command : WithoutProgram(commands)) {
    script += "complete -c winnow -f -n __fish_use_subcommand -a " + command.name + " -d " +
              FishQuoted(command.summary) + "\n";
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const OptionText& option : command.options) {
      if (!option.positional) script += FishOption(condition, option);
    }
    if (FirstIsModel(command)) {
      script += "complete -c winnow -n " + FishQuoted(condition) + " -a " +
                FishQuoted(std::string("(") + kModels + ")") + "\n";
    }
  }
  return script + "complete -c winnow-training -w winnow\n";
}

}  // namespace winnow
