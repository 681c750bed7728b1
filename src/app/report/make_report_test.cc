#include "app/report/make_report.h"

#include <gtest/gtest.h>

#include <atomic>

#include "app/report/page.h"
#include "base/error.h"
#include "formats/model_file.h"
#include "graph/builder.h"
#include "graph/cost.h"
#include "image/codec.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

constexpr int kWidth = 8;  // channels of the network

class MakeReportTest : public testing::Test {
 protected:
  void SetUp() override {
    model_ = BuildNetwork("srvgg", {2, {{"width", kWidth}, {"blocks", 1}}});
    FillWeights(model_);
    model_.info.name = "parent";
    WriteModel(model_, folder_ / "parent.safetensors");
    sparse_ = model_;
    sparse_.info.name = "sparse";
    const ParamId id = model_.graph.FindParam("body.2.weight");
    Tensor& weight = sparse_.weights[id];
    for (std::int64_t i = 0; i < weight.size(); ++i) {
      if (i / 9 % kWidth >= 2) weight.data[i] = 0;
    }
    sparse_.patterns[id] = {2, kWidth};
    WriteModel(sparse_, folder_ / "sparse.safetensors");
    for (const char* name : {"a", "b", "c"}) {
      const std::filesystem::path file = folder_ / ("set/" + std::string(name) + ".png");
      std::filesystem::create_directories(file.parent_path());
      WriteImage(MakePicture(32, 24, 3, 8, name[0]), file);
    }
    options_.subjects = {(folder_ / "parent.safetensors").string(),
                         (folder_ / "sparse.safetensors").string()};
    options_.width = 20;
    options_.height = 10;
    options_.timed_runs = 1;
  }

  TemporaryFolder folder_;
  Model model_;
  Model sparse_;
  ReportOptions options_;
};

TEST_F(MakeReportTest, CountsWeightsThatAreKept) {
  const Report report = MakeReport(options_);
  ASSERT_EQ(report.models.size(), 2u);
  const Cost dense = CountCost(model_.graph, 10, 20);
  const std::int64_t dropped = kWidth * (kWidth - 2) * 9;
  const ModelCost& cost = report.models[1].cost;
  EXPECT_EQ(report.models[0].cost.exact_macs, dense.conv_macs);
  EXPECT_EQ(report.models[0].cost.paper_macs, dense.paper_macs);
  EXPECT_EQ(report.models[0].cost.fraction(), 1);
  EXPECT_EQ(cost.exact_macs, dense.conv_macs - dropped * 10 * 20);
  EXPECT_EQ(cost.paper_macs, dense.paper_macs - dropped * 10 * 20);
  EXPECT_EQ(cost.dense_paper_macs, dense.paper_macs);
  EXPECT_EQ(cost.params, dense.params - dropped);
  EXPECT_EQ(cost.bytes,
            static_cast<std::int64_t>(std::filesystem::file_size(folder_ / "sparse.safetensors")));
  EXPECT_FALSE(report.models[0].is_sparse());
  EXPECT_TRUE(report.models[1].is_sparse());
  EXPECT_EQ(report.models[1].dense, 0);
}

TEST_F(MakeReportTest, TimesAgainstTheDenseModel) {
  const Report report = MakeReport(options_);
  EXPECT_EQ(report.models[0].time->ms, report.models[0].time->dense_ms);
  EXPECT_EQ(report.models[1].time->dense_ms, report.models[0].time->ms);
  EXPECT_GT(report.models[1].time->ms, 0);
  EXPECT_GT(report.machine.peak_per_thread, 0);
}

TEST_F(MakeReportTest, WithoutItsParentATwinIsTimed) {
  options_.subjects.erase(options_.subjects.begin());
  const Report report = MakeReport(options_);
  EXPECT_FALSE(report.models[0].dense);
  EXPECT_GT(report.models[0].time->dense_ms, 0);
  EXPECT_EQ(report.models[0].cost.dense_paper_macs, CountCost(model_.graph, 10, 20).paper_macs);
}

TEST_F(MakeReportTest, QualityBaselineAndCrops) {
  options_.sets = {(folder_ / "set").string()};
  options_.timed_runs = 0;
  const Report report = MakeReport(options_);
  EXPECT_EQ(report.protocol, "y-shave2");
  ASSERT_EQ(report.sets.size(), 1u);
  EXPECT_EQ(report.sets[0].pictures, 3);
  EXPECT_GT(report.sets[0].baseline.psnr, 10);
  for (const ReportModel& model : report.models) {
    ASSERT_EQ(model.quality.size(), 1u);
    EXPECT_FALSE(model.time);
  }
  EXPECT_NE(report.models[0].quality[0].psnr, report.models[1].quality[0].psnr);
  ASSERT_EQ(report.crops.size(), 2u);
  EXPECT_EQ(report.crops[0].views.size(), 5u);
  Report again = MakeReport(options_);
  again.machine = report.machine;  // whose peak is measured
  EXPECT_EQ(ReportPage(again), ReportPage(report));
}

TEST_F(MakeReportTest, DeblurringIsComparedWithItsInput) {
  GraphBuilder builder;
  const NodeId conv = builder.Conv(builder.Input(3), "only", 3);
  Model model;
  model.graph = builder.Finish({conv});
  model.info.name = "deblur";
  model.info.task = "deblurring";
  FillWeights(model);
  WriteModel(model, folder_ / "deblur.safetensors");
  std::filesystem::create_directories(folder_ / "pairs/sharp");
  std::filesystem::create_directories(folder_ / "pairs/blur_gamma");
  const Image sharp = MakePicture(20, 16);
  const Image blurred = MakePicture(20, 16, 3, 8, 2);
  WriteImage(sharp, folder_ / "pairs/sharp/a.png");
  WriteImage(blurred, folder_ / "pairs/blur_gamma/a.png");
  options_.blurred = "blur_gamma";
  options_.subjects = {(folder_ / "deblur.safetensors").string()};
  options_.sets = {(folder_ / "pairs").string()};
  const Report report = MakeReport(options_);
  EXPECT_EQ(report.protocol, "rgb");
  EXPECT_EQ(report.baseline, "input");
  const Quality input = Compare(blurred, sharp, ParseProtocol("rgb"));
  EXPECT_EQ(report.sets[0].baseline.psnr, input.psnr);
  EXPECT_EQ(report.sets[0].baseline.ssim, input.ssim);
  ASSERT_EQ(report.crops.size(), 1u);
  EXPECT_EQ(report.crops[0].views.front().name, "input");
  EXPECT_NE(ReportPage(report).find("deblurring"), std::string::npos);
}

TEST_F(MakeReportTest, DigestIsOfTheFiles) {
  options_.sets = {(folder_ / "set").string()};
  options_.timed_runs = 0;
  const std::string digest = MakeReport(options_).sets[0].digest;
  EXPECT_EQ(digest.size(), 16u);
  WriteImage(MakePicture(32, 24, 3, 8, 99), folder_ / "set/a.png");
  EXPECT_NE(MakeReport(options_).sets[0].digest, digest);
}

TEST_F(MakeReportTest, DefaultSizeAndInterruption) {
  options_.width = 0;
  options_.height = 0;
  options_.timed_runs = 0;
  const Report report = MakeReport(options_);
  EXPECT_EQ(report.width, 320);
  EXPECT_EQ(report.height, 180);
  const std::atomic<bool> stop = true;
  options_.stop = &stop;
  options_.timed_runs = 1;
  EXPECT_THROW(MakeReport(options_), Error);
}

}  // namespace
}  // namespace winnow
