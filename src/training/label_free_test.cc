// Learning from a teacher's results on photographs, without anything to compare them with.
#include <gtest/gtest.h>

#include <utility>

#include "formats/model_file.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "training/pictures.h"
#include "training/teacher.h"
#include "training/trainer_testing.h"

namespace winnow {
namespace {

class LabelFreeTest : public ::testing::Test, protected TrainerFixture {
 protected:
  LabelFreeTest() : TrainerFixture(4) {
    recipe_.name = "student";
    recipe_.data.photos = std::exchange(recipe_.data.hr, {});
    recipe_.distillation.weight = 1;
    recipe_.optimiser.steps = 10;
    recipe_.optimiser.learning_rate = 1e-2;
    recipe_.bf16 = false;
    recipe_.log_every = 2;
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

  void ExpectRefusal(const std::string& part) const {
    ExpectError(Options("refused"), ErrorKind::kInvalidArgument, part);
  }
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
    TrainAtOnce(name);
    const auto log = Log(name, "loss");
    EXPECT_LT(log.back()["loss"].get<double>(), 0.7 * log.front()["loss"].get<double>()) << name;
    EXPECT_GT(log.back()["validation_psnr"], log.front()["validation_psnr"]) << name;
    EXPECT_EQ(log.back()["compared_with"], "the teacher");
  }
}

TEST_F(LabelFreeTest, TheTeacherItselfHasNothingToLearn) {
  MakeNetworks(2, 1);
  recipe_.initial_model = recipe_.distillation.teacher;
  TrainAtOnce("run");
  EXPECT_EQ(Log("run", "loss").front()["loss"], 0);
}

TEST_F(LabelFreeTest, ResumesBitForBit) {
  MakeNetworks(2, 255);
  recipe_.sparsity.method = "one-shot";
  recipe_.sparsity.m = 8;
  recipe_.sparsity.n = 4;
  const std::string straight = TrainAtOnce("straight");
  EXPECT_EQ(TrainInSittings("stopped", {5}), straight);
}

TEST_F(LabelFreeTest, PhotosAreInputsAndHaveNoTargets) {
  WriteImage(WavyImage(600, 40, 9), Sub(folder_, "hr") / "9.png");
  recipe_.data.sizes = {0.5, 0.25};
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
  recipe_.data.hr = {Sub(folder_, "hr")};
  ExpectRefusal("give one kind");
}

}  // namespace
}  // namespace winnow
