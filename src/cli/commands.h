// The one table of commands.
#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace winnow {

// As given to main, for handing the whole command over to another program.
struct CommandLine {
  int argc = 0;
  char** argv = nullptr;
};

// What is left of a command once its arguments are parsed; returns the exit code.
using CommandBody = std::function<int()>;

struct CommandRow {
  const char* name;
  const char* summary;
  const char* example;
  // Declares the command's options on `app`.
  CommandBody (*declare)(CLI::App& app, const CommandLine& line);
};

const std::vector<CommandRow>& Commands();

// One file each: restore.cc, eval.cc, ...
CommandBody DeclareRestore(CLI::App& app, const CommandLine& line);
CommandBody DeclareEval(CLI::App& app, const CommandLine& line);
CommandBody DeclareInfo(CLI::App& app, const CommandLine& line);
CommandBody DeclareImport(CLI::App& app, const CommandLine& line);
CommandBody DeclareExport(CLI::App& app, const CommandLine& line);
CommandBody DeclareCompress(CLI::App& app, const CommandLine& line);
CommandBody DeclareSynth(CLI::App& app, const CommandLine& line);
CommandBody DeclareTrain(CLI::App& app, const CommandLine& line);
CommandBody DeclareBench(CLI::App& app, const CommandLine& line);
CommandBody DeclareReport(CLI::App& app, const CommandLine& line);

}  // namespace winnow
