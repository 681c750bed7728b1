#include "image/folders.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

void ExpectError(const std::function<void()>& action, ErrorKind kind, const std::string& part) {
  try {
    action();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(FoldersTest, PicturesInNameOrder) {
  TemporaryFolder folder;
  const fs::path pictures = folder / "pictures";
  fs::create_directories(pictures / "c.png");
  for (const char* name : {"b.PNG", "a.jpg", "notes.txt"}) WriteFile(pictures / name, "");
  EXPECT_EQ(PicturesIn(pictures), (std::vector<fs::path>{pictures / "a.jpg", pictures / "b.PNG"}));
  ExpectError([&] { PicturesIn(folder / "none"); }, ErrorKind::kNotFound, "none");
  ExpectError([&] { PicturesIn(pictures / "c.png"); }, ErrorKind::kInvalidArgument, "no picture");
}

TEST(FoldersTest, DeblurringPairs) {
  TemporaryFolder folder;
  const fs::path train = folder / "train";
  for (const char* part :
       {"s2/blur", "s2/sharp", "s2/blur_gamma", "s1/sharp", "s1/blur", "s0/sharp"})
    fs::create_directories(train / part);
  const auto pairs = FindDeblurringPairs(train, "blur");
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].sequence, "s1");
  EXPECT_EQ(pairs[1].input, train / "s2/blur");
  EXPECT_EQ(pairs[1].target, train / "s2/sharp");
  EXPECT_EQ(FindDeblurringPairs(train, "blur_gamma").size(), 1u);
  const auto one = FindDeblurringPairs(train / "s1", "blur");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].sequence, "");
  EXPECT_TRUE(FindDeblurringPairs(train / "s0", "blur").empty());
  EXPECT_TRUE(FindDeblurringPairs(train / "absent", "blur").empty());
}

}  // namespace
}  // namespace winnow
