#include "app/models.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class ModelsTest : public testing::Test {
 protected:
  void SetUp() override { ::setenv("WINNOW_MODELS", folder_.path().c_str(), 1); }
  void TearDown() override { ::unsetenv("WINNOW_MODELS"); }
  TemporaryFolder folder_;
};

TEST_F(ModelsTest, ByNameAndByFile) {
  Spill(folder_ / "mine.safetensors", "");
  Spill(folder_ / "mine.md", "");
  EXPECT_EQ(FindModelFile("mine"), folder_ / "mine.safetensors");
  const std::string path = (folder_ / "mine.safetensors").string();
  EXPECT_EQ(FindModelFile(path), path);
  const auto names = ModelNames();
  EXPECT_EQ(std::count(names.begin(), names.end(), "mine"), 1);
}

TEST_F(ModelsTest, UnknownListsTheNames) {
  Spill(folder_ / "mine.safetensors", "");
  for (const char* name : {"other", "", "../mine", "no/such.safetensors"}) {
    try {
      FindModelFile(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
      EXPECT_NE(std::string(error.what()).find("mine"), std::string::npos);
    }
  }
}

TEST_F(ModelsTest, FilesOfOtherProjectsAreRefused) {
  for (const auto& [name, remedy] :
       {std::pair("net.onnx", "winnow import"), std::pair("net.bin", "winnow import"),
        std::pair("net.tflite", "TensorFlow Lite")}) {
    Spill(folder_ / name, "");
    try {
      FindModelFile((folder_ / name).string());
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
      EXPECT_NE(std::string(error.what()).find(remedy), std::string::npos) << error.what();
    }
  }
}

TEST(ModelFolders, ThoseOfTheSourceTreeAreFoundFromTheBuildFolder) {
  const std::vector<std::filesystem::path> folders = ModelFolders();
  ASSERT_FALSE(folders.empty());
  EXPECT_TRUE(std::filesystem::equivalent(folders.back(),
                                          std::filesystem::path(WINNOW_SOURCE_DIR) / "models"));
}

TEST(DefaultModelName, ByTaskAndScale) {
  EXPECT_EQ(DefaultModelName("super-resolution", 0), "winnow-x4");
  EXPECT_EQ(DefaultModelName("super-resolution", 2), "winnow-x2");
  EXPECT_EQ(DefaultModelName("super-resolution", 3), "winnow-x4");
  EXPECT_THROW(DefaultModelName("super-resolution", 8), Error);
  EXPECT_THROW(DefaultModelName("super-resolution", 1), Error);
  EXPECT_EQ(DefaultModelName("deblurring", 0), "winnow-deblur");
  EXPECT_EQ(DefaultModelName("deblurring", 1), "winnow-deblur");
  EXPECT_THROW(DefaultModelName("deblurring", 2), Error);
}

TEST(LoadDefaultModel, IsBuiltInForEveryTask) {
  EXPECT_EQ(LoadDefaultModel("super-resolution", 0).info.scale, 4);
  EXPECT_EQ(LoadDefaultModel("super-resolution", 2).info.scale, 2);
  const Model deblurring = LoadDefaultModel("deblurring", 0);
  EXPECT_EQ(deblurring.info.task, "deblurring");
  EXPECT_FALSE(deblurring.patterns.empty());
}

}  // namespace
}  // namespace winnow
