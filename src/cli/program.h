// The program as CLI11 sees it: what parsing, help, the manual page and completions are made of.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/commands.h"

namespace winnow {

struct Program {
  CLI::App app;
  std::map<std::string, CommandBody> bodies;  // by the command's name
};

// Every row of Commands() with its options, declared but not parsed.
std::unique_ptr<Program> DeclareProgram(const CommandLine& line);

}  // namespace winnow
