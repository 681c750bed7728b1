// What shells complete the program's arguments with.
#pragma once

#include <string>
#include <vector>

#include "cli/reference/command_tree.h"

namespace winnow {

// Scripts for bash, for zsh (an autoloaded _winnow) and for fish. Options, their choices and models
// by name are completed, everything else as files.
std::string BashCompletion(const std::vector<CommandText>& commands);
std::string ZshCompletion(const std::vector<CommandText>& commands);
std::string FishCompletion(const std::vector<CommandText>& commands);

}  // namespace winnow
