#include "training/teacher.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "formats/model_file.h"
#include "graph/builder.h"
#include "training/test_data.h"
#include "training/train_step.h"

namespace winnow {
namespace {

// Multiplies every sample by `factor`.
Model Scaler(float factor) {
  Model model;
  GraphBuilder g;
  model.graph = g.Finish({g.Apply(ScaleShift{{factor, factor, factor}, {0, 0, 0}}, {g.Input(3)})});
  model.info.name = "scaler";
  return model;
}

TEST(TeacherTest, ItsShareOfTheLoss) {
  TemporaryFolder folder;
  const auto path = folder / "teacher.safetensors";
  WriteModel(Scaler(5), path);
  const Model student = Scaler(2);
  const Teacher teacher({.teacher = path.string(), .weight = 0.25}, student.info);
  const at::Tensor input = at::ones({1, 3, 2, 2}, at::kFloat);
  const at::Tensor wanted = teacher.Output(input, /*bf16=*/false);
  EXPECT_EQ(wanted.max().item<float>(), 5);
  // The student makes 2, the target says 12, the teacher 5.
  const at::Tensor loss = ComputeLoss(student.graph, {}, input, input * 12,
                                      {.loss = "l1", .teacher = wanted, .teacher_weight = 0.25});
  EXPECT_FLOAT_EQ(loss.item<float>(), 0.75f * 10 + 0.25f * 3);
}

TEST(TeacherTest, MustNumberPicturesTheSameWay) {
  TemporaryFolder folder;
  const auto path = folder / "teacher.safetensors";
  WriteModel(Scaler(5), path);
  ModelInfo info = Scaler(2).info;
  info.pixel_range = 255;
  try {
    Teacher({.teacher = path.string()}, info);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_NE(std::string(error.what()).find("cannot teach"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace winnow
