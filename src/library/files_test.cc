// Files through the C API.
#include <filesystem>

#include "app/engine_runner.h"
#include "app/restorer.h"
#include "image/codec.h"
#include "library/testing.h"
#include "library/testing_file.h"
#include "support/temporary_folder.h"

namespace winnow {

void WritePictureFile(const std::string& path) { WriteImage(MakePicture(13, 9, 4, 16), path); }

namespace {

class RestoreFileApi : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string MakeFile(const std::string& name) const {
    WritePictureFile(Path(name));
    return Path(name);
  }

  winnow_status Restore(const std::string& input, const std::string& output) const {
    const RestorerHandle restorer = MakeRestorer(model_, options_.get());
    return winnow_restore_file(restorer.get(), input.c_str(), output.c_str());
  }

  TemporaryFolder folder_;
  const Model model_ = SmallModel();
  const Image image_ = MakePicture(13, 9, 4, 16);
  const OptionsHandle options_ = OptionsHandle(winnow_options_new());
};

TEST_F(RestoreFileApi, IsTheRestoredPictureAndReplacesAFile) {
  Spill(folder_ / "b.png", "old");
  ASSERT_EQ(Restore(MakeFile("a.png"), Path("b.png")), WINNOW_OK) << winnow_last_error();
  Image result = ReadImage(Path("b.png"));
  result.metadata = {};
  EXPECT_TRUE(result == winnow::Restore(model_, EngineRunner(model_, {}), image_));
}

TEST_F(RestoreFileApi, FormatAndQuality) {
  ASSERT_EQ(winnow_options_set_format(options_.get(), "webp"), WINNOW_OK);
  ASSERT_EQ(Restore(MakeFile("a.png"), Path("b")), WINNOW_OK) << winnow_last_error();
  EXPECT_EQ(ReadHeader(Path("b")).format, "webp");
  ASSERT_EQ(winnow_options_set_quality(options_.get(), 10), WINNOW_OK);
  ASSERT_EQ(Restore(Path("a.png"), Path("c")), WINNOW_OK);
  EXPECT_LT(std::filesystem::file_size(Path("c")), std::filesystem::file_size(Path("b")));
  EXPECT_EQ(Restore(Path("a.png"), Path("d.png")), WINNOW_INVALID_ARGUMENT);
}

TEST_F(RestoreFileApi, FailuresNameTheFileAndLeaveNone) {
  EXPECT_EQ(Restore(Path("none.png"), Path("b.png")), WINNOW_NOT_FOUND);
  EXPECT_NE(std::string(winnow_last_error()).find("none.png"), std::string::npos);
  Spill(folder_ / "bad.png", "\x89PNG\r\n\x1a\nnonsense");
  EXPECT_EQ(Restore(Path("bad.png"), Path("b.png")), WINNOW_CORRUPT);
  for (const char* name : {"no/such/b.png", "no/such/b.jpg", "no/such/b.webp"}) {
    EXPECT_EQ(Restore(MakeFile("a.png"), Path(name)), WINNOW_IO) << name;
    const std::string error = winnow_last_error();
    EXPECT_NE(error.find(Path(name) + ": "), std::string::npos) << error;
    EXPECT_NE(error.find("No such file or directory"), std::string::npos) << error;
  }
  ASSERT_EQ(winnow_options_set_max_pixels(options_.get(), 13 * 9 - 1), WINNOW_OK);
  EXPECT_EQ(Restore(Path("a.png"), Path("b.png")), WINNOW_OUT_OF_BUDGET);
  EXPECT_FALSE(std::filesystem::exists(Path("b.png")));
}

TEST_F(RestoreFileApi, CancelledFilesAreNotWritten) {
  const auto stop = [](double fraction, void*) { return fraction > 0 ? 1 : 0; };
  ASSERT_EQ(winnow_options_set_progress(options_.get(), stop, nullptr), WINNOW_OK);
  EXPECT_EQ(Restore(MakeFile("a.png"), Path("b.png")), WINNOW_CANCELLED);
  EXPECT_FALSE(std::filesystem::exists(Path("b.png")));
}

TEST_F(RestoreFileApi, ADashIsAFileLikeOthers) {
  EXPECT_EQ(Restore("-", Path("b.png")), WINNOW_NOT_FOUND);
}

}  // namespace
}  // namespace winnow
