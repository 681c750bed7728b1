#include "app/batch.h"

#include <gtest/gtest.h>

#include "graph/builder.h"
#include "image/codec.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

Model Identity() {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  Model model;
  model.graph = g.Finish({g.Apply(Relu{}, {input})});
  model.info.name = "identity";
  return model;
}

Tensor PassThrough(const Tensor& input) { return input; }

TEST(RestoreFiles, ABadFileDoesNotStopTheRest) {
  TemporaryFolder folder;
  const Image image = MakePicture(8, 6);
  WriteImage(image, folder / "a.png");
  Spill(folder / "b.png", "not a picture");
  WriteImage(image, folder / "c.png");
  std::vector<Job> jobs;
  for (const char* name : {"a.png", "b.png", "c.png"}) {
    jobs.push_back({folder / name, folder / (std::string("out_") + name), "png"});
  }
  const auto results = RestoreFiles(Identity(), PassThrough, jobs, {});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].status, JobResult::Status::kRestored);
  EXPECT_EQ(results[0].width, 8);
  EXPECT_EQ(results[1].status, JobResult::Status::kFailed);
  EXPECT_NE(std::string(results[1].error->what()).find("b.png"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(jobs[1].output));
  EXPECT_EQ(ReadImage(jobs[2].output), image);
}

TEST(RestoreFiles, FilesThatStreamEqualPicturesInMemory) {
  TemporaryFolder folder;
  const Model model = Identity();
  BatchOptions options;
  options.restore.memory_budget = 20 << 10;
  for (int channels : {1, 3, 4}) {
    for (int bits : {8, 16}) {
      const Image image = MakePicture(90, 300, channels, bits);
      for (const char* format : {"png", "tiff", "webp", "jpeg"}) {
        WriteImage(image, folder / "in", {.format = format});
        const Job job = {folder / "in", folder / "out", "png"};
        const auto results = RestoreFiles(model, PassThrough, {job}, options);
        ASSERT_FALSE(results[0].error) << results[0].error->what();
        Image back = ReadImage(folder / "out");
        back.metadata = {};  // WebP and PNG write EXIF each in its way
        Image expected = ReadImage(folder / "in");
        expected.metadata = {};
        EXPECT_TRUE(back == expected) << format << " " << channels << " " << bits;
      }
    }
  }
}

TEST(RestoreFiles, DamageFurtherDownLeavesNoFile) {
  TemporaryFolder folder;
  WriteImage(MakePicture(90, 300), folder / "a.png");
  const std::string bytes = Slurp(folder / "a.png");
  Spill(folder / "a.png", std::string_view(bytes).substr(0, bytes.size() * 3 / 4));
  BatchOptions options;
  options.restore.memory_budget = 20 << 10;
  int passes = 0;
  options.restore.on_progress = [&](double) { ++passes; };
  const Job job = {folder / "a.png", folder / "b.png", "png"};
  const auto results = RestoreFiles(Identity(), PassThrough, {job}, options);
  EXPECT_GT(passes, 0) << "the damage was found before anything was restored";
  ASSERT_TRUE(results[0].error);
  EXPECT_EQ(results[0].error->kind(), ErrorKind::kCorrupt);
  EXPECT_NE(std::string(results[0].error->what()).find("a.png: "), std::string::npos);
  const std::filesystem::directory_iterator files(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(RestoreFiles, StoppingHalfwayLeavesNoFile) {
  TemporaryFolder folder;
  WriteImage(MakePicture(90, 300), folder / "a.png");
  std::atomic<bool> stop = false;
  BatchOptions options;
  options.restore.memory_budget = 20 << 10;
  options.restore.stop = &stop;
  options.restore.on_progress = [&](double done) { stop = done > 0.5; };
  try {
    RestoreFiles(Identity(), PassThrough, {{folder / "a.png", folder / "b.png", "png"}}, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "b.png"));
}

TEST(RestoreFiles, LeavesFinishedJobsAlone) {
  const auto results =
      RestoreFiles(Identity(), PassThrough, {{"gone.png", "out.png", "png", true}}, {});
  EXPECT_EQ(results[0].status, JobResult::Status::kSkipped);
}

TEST(RestoreFiles, PixelLimitAndFormatLimitFailTheFile) {
  TemporaryFolder folder;
  WriteImage(MakePicture(16384, 1), folder / "a.png");
  const Job job = {folder / "a.png", folder / "a.webp", "webp"};
  const auto too_wide = RestoreFiles(Identity(), PassThrough, {job}, {});
  ASSERT_TRUE(too_wide[0].error);
  EXPECT_NE(std::string(too_wide[0].error->what()).find("16383"), std::string::npos);
  BatchOptions options;
  options.max_pixels = 100;
  const auto too_large = RestoreFiles(Identity(), PassThrough, {job}, options);
  EXPECT_EQ(too_large[0].error->kind(), ErrorKind::kOutOfBudget);
}

TEST(RestoreFiles, Stops) {
  const std::atomic<bool> stop = true;
  BatchOptions options;
  options.restore.stop = &stop;
  EXPECT_THROW(RestoreFiles(Identity(), PassThrough, {{"a.png", "b.png", "png"}}, options), Error);
}

}  // namespace
}  // namespace winnow
