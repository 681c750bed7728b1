#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <new>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/program.h"

namespace winnow {
namespace {

enum ExitCode { kOk = 0, kUsage = 2, kBadInput = 3, kInternal = 4, kInterruptedBySignal = 130 };

ExitCode ExitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return kUsage;
    case ErrorKind::kNotFound:
    case ErrorKind::kCorrupt:
    case ErrorKind::kUnsupported:
    case ErrorKind::kIo:
    case ErrorKind::kOutOfBudget:
      return kBadInput;
    case ErrorKind::kInterrupted:
      return kInterruptedBySignal;
  }
  return kInternal;
}

ExitCode Complain(const char* message, ExitCode code) {
  std::fprintf(stderr, "winnow: %s\n", message);
  return code;
}

// CLI11 would say only that a subcommand is required.
void RequireKnownCommand(const CommandLine& line) {
  const std::string name = line.argc > 1 ? line.argv[1] : "-";
  for (const CommandRow& row : Commands()) {
    if (name == row.name) return;
  }
  if (name.starts_with('-')) return;
  throw Error(ErrorKind::kInvalidArgument,
              "unknown command '" + name + "'; there are: " + Join(Commands(), &CommandRow::name));
}

int Run(const CommandLine& line) {
  const std::unique_ptr<Program> program = DeclareProgram(line);
  CLI::App& app = program->app;
  try {
    RequireKnownCommand(line);
    app.parse(line.argc, line.argv);
    return program->bodies.at(app.get_subcommands().front()->get_name())();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;  // prints help, version or what is wrong
  } catch (const Error& error) {
    return Complain(error.what(), ExitCodeOf(error.kind()));
  } catch (const std::filesystem::filesystem_error& error) {
    return Complain(error.what(), kBadInput);
  } catch (const std::bad_alloc&) {
    return Complain("out of memory", kBadInput);
  } catch (const std::exception& error) {
    return Complain((std::string("internal fault: ") + error.what()).c_str(), kInternal);
  }
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  winnow::ReportFileSizeLimit();
  return winnow::Run({argc, argv});
}
