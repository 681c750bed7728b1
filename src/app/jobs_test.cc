#include "app/jobs.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

class PlanJobsTest : public testing::Test {
 protected:
  // Planning looks at names only.
  std::string Touch(const std::string& name) {
    Spill(folder_ / name, "");
    return (folder_ / name).string();
  }

  void ExpectRefusal(const JobRequest& request, ErrorKind kind, const std::string& text) {
    try {
      PlanJobs(request);
      FAIL() << "expected: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }

  JobRequest Request(std::vector<std::string> inputs, const std::string& output) {
    JobRequest request;
    request.inputs = std::move(inputs);
    request.output = output == "-" ? output : (folder_ / output).string();
    return request;
  }

  TemporaryFolder folder_;
};

TEST_F(PlanJobsTest, OneFileToOneFile) {
  const auto jobs = PlanJobs(Request({Touch("a.jpg")}, "b.png"));
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].output, folder_ / "b.png");
  EXPECT_EQ(jobs[0].format, "png");
}

TEST_F(PlanJobsTest, FolderKeepsItsTreeAndSkipsItsOwnOutput) {
  Touch("in/b.png");
  Touch("in/sub/a.JPG");
  Touch("in/notes.txt");
  Touch("in/out/old.png");
  JobRequest request = Request({(folder_ / "in").string()}, "in/out");
  request.recursive = true;
  request.name_pattern = "{stem}_x{scale}.{ext}";
  request.scale = 2;
  const auto jobs = PlanJobs(request);
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].output, folder_ / "in/out/b_x2.png");
  EXPECT_EQ(jobs[1].output, folder_ / "in/out/sub/a_x2.JPG");
  EXPECT_EQ(jobs[1].format, "jpeg");
  EXPECT_TRUE(fs::is_directory(folder_ / "in/out/sub"));
}

TEST_F(PlanJobsTest, FormatGivesTheExtension) {
  JobRequest request = Request({Touch("a.png"), Touch("b.jpg")}, "out/");
  request.format = "jpeg";
  const auto jobs = PlanJobs(request);
  EXPECT_EQ(jobs[0].output, folder_ / "out/a.jpg");
  EXPECT_EQ(jobs[1].output, folder_ / "out/b.jpg");
}

TEST_F(PlanJobsTest, ResumeMarksWhatExists) {
  JobRequest request = Request({Touch("a.png"), Touch("b.png")}, "out/");
  Touch("out/a.png");
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "exists; --force");
  request.resume = true;
  const auto jobs = PlanJobs(request);
  EXPECT_TRUE(jobs[0].finished);
  EXPECT_FALSE(jobs[1].finished);
  request.resume = false;
  request.force = true;
  EXPECT_FALSE(PlanJobs(request)[0].finished);
}

TEST_F(PlanJobsTest, Streams) {
  const auto jobs = PlanJobs(Request({"-"}, "-"));
  EXPECT_EQ(jobs[0].format, "png");
  ExpectRefusal(Request({"-", Touch("a.png")}, "-"), ErrorKind::kInvalidArgument, "one picture");
  ExpectRefusal(Request({"-", "-"}, "out/"), ErrorKind::kInvalidArgument, "once");
}

TEST_F(PlanJobsTest, RefusesBadInputs) {
  ExpectRefusal(Request({(folder_ / "none.png").string()}, "b.png"), ErrorKind::kNotFound,
                "none.png");
  Touch("in/a.txt");
  JobRequest folder = Request({(folder_ / "in").string()}, "out/");
  ExpectRefusal(folder, ErrorKind::kInvalidArgument, "add -r");
  folder.recursive = true;
  ExpectRefusal(folder, ErrorKind::kInvalidArgument, "no picture");
}

TEST_F(PlanJobsTest, RefusesAnOutputThatIsAnInput) {
  JobRequest request = Request({Touch("a.png")}, "./a.png");
  request.force = true;
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "is an input");
  fs::create_symlink(folder_ / "a.png", folder_ / "link.png");
  request.output = (folder_ / "link.png").string();
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "is an input");
  JobRequest in_place = Request({folder_.path().string()}, "");
  in_place.recursive = true;
  in_place.force = true;
  ExpectRefusal(in_place, ErrorKind::kInvalidArgument, "is an input");
}

TEST_F(PlanJobsTest, RefusesTwoInputsForOneOutput) {
  JobRequest request = Request({Touch("a/p.png"), Touch("b/p.png")}, "out/");
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "both");
  request.name_pattern = "same.{ext}";
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "both");
}

TEST_F(PlanJobsTest, RefusesBadNamesAndFormats) {
  JobRequest request = Request({Touch("a.png")}, "out/");
  request.name_pattern = "{stem}_{date}.png";
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "{stem}, {scale}");
  request.name_pattern = "../{stem}.png";
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "file name");
  request.name_pattern = "{stem}.{ext}";
  request.format = "bmp";
  ExpectRefusal(request, ErrorKind::kInvalidArgument, "unknown format 'bmp'");
  ExpectRefusal(Request({Touch("a.png")}, "b.xyz"), ErrorKind::kInvalidArgument, "unknown format");
  JobRequest contradiction = Request({Touch("a.png")}, "b.png");
  contradiction.format = "jpeg";
  ExpectRefusal(contradiction, ErrorKind::kInvalidArgument, "the name says png");
}

TEST_F(PlanJobsTest, RefusesFoldersThatCannotBeWritten) {
  Touch("file");
  ExpectRefusal(Request({Touch("a.png")}, "file/out.png"), ErrorKind::kIo, "file");
  JobRequest request = Request({Touch("a.png")}, "");
  request.output = "/proc/out.png";
  ExpectRefusal(request, ErrorKind::kIo, "cannot write here");
  EXPECT_TRUE(fs::is_empty(folder_.path()) == false);
}

}  // namespace
}  // namespace winnow
