// Writes the manual page and the completions of winnow, from its commands as they are declared:
//   winnow-reference FOLDER
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "base/file.h"
#include "cli/program.h"
#include "cli/reference/command_tree.h"
#include "cli/reference/completions.h"
#include "cli/reference/man_page.h"

namespace winnow {
namespace {

void WriteReference(const std::filesystem::path& folder) {
  const std::unique_ptr<Program> program = DeclareProgram({});
  const std::vector<CommandText> commands = ReadCommandTree(program->app, "winnow");
  std::filesystem::create_directories(folder);
  WriteFile(folder / "winnow.1", ManPage(commands, WINNOW_VERSION));
  WriteFile(folder / "winnow.bash", BashCompletion(commands));
  WriteFile(folder / "_winnow", ZshCompletion(commands));
  WriteFile(folder / "winnow.fish", FishCompletion(commands));
}

}  // namespace
}  // namespace winnow

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: winnow-reference FOLDER\n");
    return 2;
  }
  try {
    winnow::WriteReference(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "winnow-reference: %s\n", error.what());
    return 3;
  }
}
