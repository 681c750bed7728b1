#include "training/trainer.h"

#include <gtest/gtest.h>

#include "formats/model_file.h"
#include "training/trainer_testing.h"

namespace winnow {
namespace {

class TrainerTest : public ::testing::Test, protected TrainerFixture {
 protected:
  TrainerTest() : TrainerFixture(4) {
    recipe_.name = "tiny";
    recipe_.network = "compact";
    recipe_.scale = 2;
    recipe_.settings = {{"width", 8}, {"blocks", 1}};
    recipe_.optimiser.steps = 12;
    recipe_.optimiser.warmup_steps = 2;
    recipe_.optimiser.learning_rate = 2e-3;
    recipe_.optimiser.ema = 0.9;
    recipe_.optimiser.schedule = "cosine";
    recipe_.log_every = 3;
    recipe_.checkpoint_every = 5;
    recipe_.validate_every = 6;
  }
};

TEST_F(TrainerTest, WritesAModelOfTheRecipe) {
  recipe_.provenance["author"] = "a test";
  std::vector<TrainProgress> reports;
  TrainOptions options = Options("run");
  options.on_progress = [&](const TrainProgress& progress) { reports.push_back(progress); };
  const Model model = ReadModel(Train(recipe_, options));
  EXPECT_EQ(model.info.name, "tiny");
  EXPECT_EQ(model.info.scale, 2);
  EXPECT_EQ(model.info.licence, "Apache-2.0");
  EXPECT_EQ(model.info.provenance.at("author"), "a test");
  EXPECT_EQ(model.info.provenance.at("training_steps"), "12");
  ASSERT_EQ(reports.size(), 4u);
  EXPECT_EQ(reports[1].step, 6);
  EXPECT_GT(reports[1].validation_psnr, 5);
  EXPECT_LT(reports[0].validation_psnr, 0);
  EXPECT_EQ(reports[3].seconds_left, 0);
}

TEST_F(TrainerTest, LearnsSomething) {
  recipe_.optimiser.steps = 60;
  recipe_.optimiser.learning_rate = 1e-2;
  recipe_.log_every = 10;
  Train(recipe_, Options("run"));
  const auto log = Log("run");
  EXPECT_LT(log.back()["loss"].get<double>(), 0.6 * log.front()["loss"].get<double>());
}

TEST_F(TrainerTest, ResumesBitForBit) {
  const std::string straight = TrainAtOnce("straight");
  EXPECT_EQ(TrainInSittings("at 7", {7}), straight);
  EXPECT_EQ(TrainInSittings("at 5", {5}), straight);
  recipe_.bf16 = false;
  const std::string exact = TrainAtOnce("f32");
  EXPECT_NE(exact, straight);
  EXPECT_EQ(TrainInSittings("f32 at 4", {4}), exact);
}

// As after a crash: the run went on beyond its last checkpoint.
TEST_F(TrainerTest, RepeatsTheStepsAfterTheCheckpoint) {
  const std::string straight = TrainAtOnce("straight");
  std::filesystem::path checkpoint = folder_ / "crashed" / "checkpoint.safetensors";
  std::string early;
  TrainOptions options = Options("crashed");
  options.on_progress = [&](const TrainProgress& p) {
    if (p.step == 6) early = ReadFile(checkpoint);  // made at step 5
  };
  Train(recipe_, options);
  WriteFile(checkpoint, early);
  options = Options("crashed");
  options.resume = true;
  EXPECT_EQ(ReadFile(Train(recipe_, options)), straight);

  const auto log = Log("crashed"), expected = Log("straight");
  ASSERT_EQ(log.size(), expected.size());
  for (std::size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i]["step"], expected[i]["step"]);
    EXPECT_EQ(log[i]["loss"], expected[i]["loss"]);
  }
}

TEST_F(TrainerTest, ResumingAFinishedRunWritesTheModelAgain) {
  const auto path = Train(recipe_, Options("run"));
  const std::string model = ReadFile(path);
  std::filesystem::remove(path);
  TrainOptions options = Options("run");
  options.resume = true;
  EXPECT_EQ(ReadFile(Train(recipe_, options)), model);
}

TEST_F(TrainerTest, RefusesToMixRuns) {
  Train(recipe_, Options("run"));
  ExpectError(Options("run"), ErrorKind::kInvalidArgument, "holds a run already");
  TrainOptions options = Options("run");
  options.resume = true;
  recipe_.batch = 5;
  ExpectError(options, ErrorKind::kInvalidArgument, "batch was '4' and is now '5'");
  recipe_.batch = 4;
  WriteImage(WavyImage(40, 36, 77), Sub(folder_, "hr") / "0.png");
  ExpectError(options, ErrorKind::kInvalidArgument, "pictures was");
  options = Options("nothing");
  options.resume = true;
  ExpectError(options, ErrorKind::kNotFound, "checkpoint");
}

TEST_F(TrainerTest, StopsWhenTheLossStaysNonFinite) {
  recipe_.optimiser.steps = 1000;
  recipe_.optimiser.warmup_steps = 0;
  recipe_.optimiser.learning_rate = 1e30;
  ExpectError(Options("run"), ErrorKind::kInvalidArgument, "100 steps in a row");
  EXPECT_NE(Log("run").back()["message"].get<std::string>().find("skipped"), std::string::npos);
}

TEST_F(TrainerTest, StartsFromAnotherModel) {
  recipe_.optimiser.learning_rate = 1e-12;
  recipe_.optimiser.ema = 0;
  const auto first = Train(recipe_, Options("first"));
  recipe_.initial_model = first.string();
  recipe_.seed = 99;
  const Model before = ReadModel(first), after = ReadModel(Train(recipe_, Options("second")));
  for (std::size_t i = 0; i < before.weights.size(); ++i) {
    for (std::int64_t j = 0; j < before.weights[i].size(); ++j) {
      ASSERT_NEAR(before.weights[i].data[j], after.weights[i].data[j], 1e-9);
    }
  }
  recipe_.settings["width"] = 9;  // only the last biases fit
  Train(recipe_, Options("third"));
  const std::string message = Log("third").front()["message"];
  EXPECT_TRUE(message.starts_with("took 1 of ")) << message;
}

TEST_F(TrainerTest, TrainsAllOutputsOfADeblurringNetwork) {
  WriteWavyImages(Sub(folder_, "blurred"), 4, 40, 36);
  recipe_.network = "srn";
  recipe_.scale = 1;
  recipe_.settings = {{"width", 4}, {"blocks", 1}};
  recipe_.data.hr.clear();
  recipe_.data.input = {Sub(folder_, "blurred")};
  recipe_.data.target = {Sub(folder_, "hr")};
  recipe_.patch = 16;
  recipe_.optimiser.loss = "mse";
  recipe_.optimiser.steps = 3;
  Train(recipe_, Options("run"));
  EXPECT_EQ(Log("run").back()["protocol"], "rgb");
  recipe_.patch = 17;
  ExpectError(Options("odd"), ErrorKind::kInvalidArgument, "multiple of");
}

TEST_F(TrainerTest, RunFolderThatCannotBeMade) {
  WriteFile(folder_ / "file", "");
  ExpectError(Options("file"), ErrorKind::kIo, "folder");
}

TEST_F(TrainerTest, RejectsUnknownNetworks) {
  recipe_.network = "nonesuch";
  ExpectError(Options("run"), ErrorKind::kNotFound, "nonesuch");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
}

}  // namespace
}  // namespace winnow
