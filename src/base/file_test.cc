#include "base/file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

void ExpectUnwritable(const fs::path& path, const std::string& text) {
  try {
    RequireWritable(path);
    FAIL() << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
  }
}

TEST(RequireWritable, LeavesNothingBehind) {
  const TemporaryFolder folder;
  RequireWritable(folder / "new.txt");
  EXPECT_TRUE(fs::is_empty(folder.path()));
  Spill(folder / "old.txt", "old");
  RequireWritable(folder / "old.txt");
  EXPECT_EQ(Slurp(folder / "old.txt"), "old");
  RequireWritable("in_the_working_folder.txt");
  EXPECT_FALSE(fs::exists("in_the_working_folder.txt"));
}

TEST(RequireWritable, RefusesWhatWriteFileCannotWrite) {
  const TemporaryFolder folder;
  ExpectUnwritable(folder / "absent/new.txt", "make the folder first");
  ExpectUnwritable(folder.path(), "is a folder");
  ExpectUnwritable(folder / std::string(250, 'x'), "cannot write here");
  ExpectUnwritable("/proc/new.txt", "/proc: cannot write here");
  EXPECT_THROW(WriteFile(folder / std::string(250, 'x'), ""), Error);
}

}  // namespace
}  // namespace winnow
