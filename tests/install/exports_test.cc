// What libwinnow.so shows to others.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "support/process.h"

namespace winnow {
namespace {

std::set<std::string> DeclaredFunctions() {
  static const std::regex name(R"((winnow_\w+)\()");
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(WINNOW_SOURCE_DIR "/include/winnow")) {
    if (entry.path().extension() != ".h") continue;
    const std::string text = Slurp(entry.path());
    for (std::size_t at = 0; (at = text.find("\nWINNOW_API ", at)) != std::string::npos; ++at) {
      std::smatch match;
      const std::string rest = text.substr(at, 200);
      if (std::regex_search(rest, match, name)) names.insert(match[1]);
    }
  }
  return names;
}

TEST(SharedLibrary, ExportsTheCFunctionsAndNothingElse) {
  const ProcessResult nm = RunProcess({NM, "--dynamic", "--defined-only", WINNOW_LIBRARY});
  ASSERT_EQ(nm.exit_code, 0) << nm.err;
  std::set<std::string> exported;
  std::istringstream lines(nm.out);
  std::string address, type, name;
  while (lines >> address >> type >> name) {
    if (type == "A") continue;  // the name of the version
    EXPECT_EQ(type, "T") << name;
    exported.insert(name.substr(0, name.find('@')));
  }
  EXPECT_EQ(exported, DeclaredFunctions());
  EXPECT_GT(exported.size(), 20u);
}

}  // namespace
}  // namespace winnow
