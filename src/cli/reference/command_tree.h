// The commands and options of the program as plain values, read off CLI11's declarations.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace winnow {

struct OptionText {
  std::vector<std::string> names;    // "-o", "--output"; a positional has one, without dashes
  std::string value;                 // "TEXT", "INT", ...; empty: takes none
  std::vector<std::string> choices;  // all the values there are; empty: any
  std::string description;
  bool positional = false;
  bool required = false;
  bool repeats = false;  // takes several values
};

struct CommandText {
  std::string name;
  std::string summary;
  std::string footer;
  std::vector<OptionText> options;  // in the order of their declaration
};

// The program itself first, then its commands.
std::vector<CommandText> ReadCommandTree(const CLI::App& app, const std::string& program);

// Is the value of this option a model by name?
bool TakesModel(const OptionText& option);

}  // namespace winnow
