// Learning from a teacher's results on photographs, without anything to compare them with.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "formats/model_file.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "training/pictures.h"
#include "training/teacher.h"
#include "training/test_data.h"
#include "training/trainer.h"

namespace winnow {
namespace {

class LabelFreeTest : public ::testing::Test {
 protected:
  LabelFreeTest() {
    WriteWavyImages(Sub(folder_, "photos"), 4, 40, 36);
    recipe_.name = "student";
    recipe_.batch = 4;
    recipe_.patch = 8;
    recipe_.data.photos = {Sub(folder_, "photos")};
    recipe_.data.validation_every = 4;
    recipe_.distillation.weight = 1;
    recipe_.optimiser.steps = 10;
    recipe_.optimiser.learning_rate = 1e-2;
    recipe_.bf16 = false;
    recipe_.log_every = 2;
    recipe_.weights_dtype = "f32";
  }

  // A network of `scale` with numbers in 0..range, said to come from elsewhere; and one of the same
  // kind with other weights, where training begins.
  void MakeNetworks(int scale, float range) {
    for (const char* name : {"teacher", "student"}) {
      Model model = scale == 1 ? BuildNetwork("unet", {1, {{"width", 4}}})
                               : BuildNetwork("srvgg", {scale, {{"width", 8}, {"blocks", 1}}});
      FillWeights(model, static_cast<std::uint64_t>(name[0]));
      model.info.name = name;
      model.info.network = "imported";
      model.info.pixel_range = range;
      model.info.mean = {0.1f * range, 0.2f * range, 0.3f * range};
      WriteModel(model, folder_ / (std::string(name) + ".safetensors"));
    }
    recipe_.distillation.teacher = folder_ / "teacher.safetensors";
    recipe_.initial_model = folder_ / "student.safetensors";
  }

  std::filesystem::path Run(const std::string& name, bool resume = false,
                            const std::atomic<bool>* stop = nullptr) {
    return Train(recipe_, {.run_dir = folder_ / name, .resume = resume, .stop = stop});
  }

  std::vector<nlohmann::json> Log(const std::string& run) const {
    std::istringstream text(ReadFile(folder_ / run / "log.jsonl"));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(text, line);) {
      lines.push_back(nlohmann::json::parse(line));
      if (!lines.back().contains("loss")) lines.pop_back();
    }
    return lines;
  }

  void ExpectRefusal(const std::string& part) {
    try {
      Run("refused");
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  TemporaryFolder folder_;
  Recipe recipe_;
};

TEST_F(LabelFreeTest, ComesCloserToTheTeacherAtAnyScaleAndRange) {
  recipe_.optimiser.steps = 60;
  recipe_.log_every = 20;
  recipe_.validate_every = 20;
  for (const int scale : {1, 2, 3, 4}) {
    const float range = scale % 2 == 0 ? 255 : 1;
    MakeNetworks(scale, range);
    recipe_.optimiser.learning_rate = 1e-2;
    const std::string name = "x" + std::to_string(scale);
    Run(name);
    const auto log = Log(name);
    EXPECT_LT(log.back()["loss"].get<double>(), 0.7 * log.front()["loss"].get<double>()) << name;
    EXPECT_GT(log.back()["validation_psnr"], log.front()["validation_psnr"]) << name;
    EXPECT_EQ(log.back()["compared_with"], "the teacher");
  }
}

TEST_F(LabelFreeTest, TheTeacherItselfHasNothingToLearn) {
  MakeNetworks(2, 1);
  recipe_.initial_model = recipe_.distillation.teacher;
  Run("run");
  EXPECT_EQ(Log("run").front()["loss"], 0);
}

TEST_F(LabelFreeTest, ResumesBitForBit) {
  MakeNetworks(2, 255);
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.m = 8;
  recipe_.sparsity.n = 4;
  const std::string straight = ReadFile(Run("straight"));
  recipe_.log_every = 1;
  std::atomic<bool> stop = false;
  TrainOptions options = {.run_dir = folder_ / "stopped", .stop = &stop};
  options.on_progress = [&](const TrainProgress& progress) { stop = progress.step >= 5; };
  EXPECT_THROW(Train(recipe_, options), Error);
  EXPECT_EQ(ReadFile(Run("stopped", /*resume=*/true)), straight);
}

TEST_F(LabelFreeTest, PhotosAreInputsAndHaveNoTargets) {
  WriteImage(WavyImage(600, 40, 9), Sub(folder_, "photos") / "9.png");
  recipe_.data.shrink = {0.5, 0.25};
  recipe_.data.validation_every = 5;  // the wide one
  const Pictures pictures = LoadPictures(recipe_.data, 4, 9, 1);
  ASSERT_EQ(pictures.training.size(), 8u);
  EXPECT_EQ(pictures.training[0].input.width(), 20);
  EXPECT_EQ(pictures.training[1].input.width(), 10);
  for (const PicturePair& pair : pictures.training) EXPECT_EQ(pair.target.size_bytes(), 0u);
  ASSERT_EQ(pictures.validation.size(), 1u);
  EXPECT_EQ(pictures.validation[0].input.width(), 256);
  EXPECT_EQ(pictures.validation[0].input.height(), 20);
}

TEST_F(LabelFreeTest, TeachersResultsBecomeTargets) {
  MakeNetworks(3, 1);
  std::vector<PicturePair> pairs = {{"a", WavyImage(14, 12, 1), {}}};
  TakeAsTargets(recipe_.distillation.teacher, pairs, {});
  EXPECT_EQ(pairs[0].target.width(), 42);
  EXPECT_EQ(pairs[0].target.height(), 36);
}

TEST_F(LabelFreeTest, Refusals) {
  MakeNetworks(2, 1);
  const std::string teacher = std::exchange(recipe_.distillation.teacher, "");
  ExpectRefusal("needs a 'teacher'");
  recipe_.distillation.teacher = teacher;
  recipe_.distillation.weight = 0.5;
  ExpectRefusal("the 'weight' 1");
  recipe_.distillation.weight = 1;
  recipe_.data.hr = {Sub(folder_, "photos")};
  ExpectRefusal("give one kind");
}

}  // namespace
}  // namespace winnow
