// A folder of src/ includes only folders below it, and itself. The floors are those of
// ARCHITECTURE.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const std::map<std::string, int>& Floors() {
  static const std::map<std::string, int> floors = {
      {"base", 0},     {"tensor", 1},  {"image", 2},   {"sparsity", 2}, {"graph", 3},
      {"networks", 4}, {"kernels", 4}, {"formats", 4}, {"engine", 5},   {"training", 5},
      {"compress", 6}, {"app", 7},     {"cli", 8},     {"library", 8},
  };
  return floors;
}

// The folders named by the quoted includes of a file.
std::vector<std::string> IncludedFolders(const fs::path& path) {
  static const std::regex include(R"re(^\s*#\s*include\s+"([^"/]+)/)re");
  std::vector<std::string> folders;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_search(line, match, include)) folders.push_back(match[1]);
  }
  return folders;
}

bool IsSource(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cc";
}

TEST(IncludeDirection, EveryFolderHasAFloor) {
  for (const auto& entry : fs::directory_iterator(fs::path(WINNOW_SOURCE_DIR) / "src")) {
    EXPECT_TRUE(Floors().contains(entry.path().filename().string())) << entry.path();
  }
}

TEST(IncludeDirection, NeverUpNorSideways) {
  int files = 0;
  for (const auto& [folder, floor] : Floors()) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(WINNOW_SOURCE_DIR) / "src" / folder)) {
      if (!IsSource(entry.path())) continue;
      ++files;
      for (const std::string& included : IncludedFolders(entry.path())) {
        const auto target = Floors().find(included);
        if (target == Floors().end() || included == folder) continue;  // outside src/, or itself
        EXPECT_LT(target->second, floor) << entry.path() << " includes " << included << "/";
      }
    }
  }
  EXPECT_GT(files, 50) << "the sources were not found";
}

// What is installed must compile without the sources, and be short enough to be read.
TEST(PublicHeaders, IncludeOnlyEachOtherAndAreShort) {
  static const std::regex include(R"re(^\s*#\s*include\s+"([^"]+)")re");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(WINNOW_SOURCE_DIR) / "include/winnow")) {
    ++files;
    int lines = 0;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line); ++lines) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) continue;
      EXPECT_TRUE(match[1].str().starts_with("winnow/")) << entry.path() << ": " << line;
      EXPECT_TRUE(fs::exists(fs::path(WINNOW_SOURCE_DIR) / "include" / match[1].str())) << line;
      const bool c_header = entry.path().extension() == ".h";
      EXPECT_FALSE(c_header && match[1].str().ends_with(".hpp")) << entry.path() << ": " << line;
    }
    EXPECT_LT(lines, 100) << entry.path();
  }
  EXPECT_GT(files, 5);
}

// Only src/training may see libtorch: everything else must build and start without it.
TEST(IncludeDirection, OnlyTrainingSeesTorch) {
  static const std::regex torch(R"re(^\s*#\s*include\s+[<"](torch|ATen|c10)/)re");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(WINNOW_SOURCE_DIR) / "src")) {
    if (!IsSource(entry.path()) || entry.path().string().find("/training/") != std::string::npos)
      continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      EXPECT_FALSE(std::regex_search(line, torch)) << entry.path() << ": " << line;
    }
  }
}

}  // namespace
