#include "cli/program.h"

namespace winnow {
namespace {

CommandBody Declare(const CommandRow& row, CLI::App& app, const CommandLine& line) {
  CLI::App* command = app.add_subcommand(row.name, row.summary);
  command->footer(std::string("Example: ") + row.example);
  return row.declare(*command, line);
}

}  // namespace

std::unique_ptr<Program> DeclareProgram(const CommandLine& line) {
  auto program = std::make_unique<Program>();
  CLI::App& app = program->app;
  app.description("Restores photographs with neural networks.");
  app.footer(
      "Exit codes: 0 done; 1 some inputs failed, the rest is done; 2 usage, or what was asked for "
      "does not fit what was given; 3 missing, damaged or unsupported input, or the system "
      "refused; "
      "4 internal fault; 130 interrupted.");
  app.set_version_flag("--version", "winnow " WINNOW_VERSION);
  app.require_subcommand(1);
  for (const CommandRow& row : Commands()) program->bodies[row.name] = Declare(row, app, line);
  return program;
}

}  // namespace winnow
