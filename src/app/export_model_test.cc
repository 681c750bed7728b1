#include "app/export_model.h"

#include <gtest/gtest.h>

#include "app/pixel_convention.h"
#include "base/file.h"
#include "engine/reference.h"
#include "formats/onnx/onnx_file.h"
#include "formats/testing.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

// The names and shapes of tensors.
std::map<std::string, Shape> Shapes(const TensorFile& file) {
  std::map<std::string, Shape> shapes;
  for (const auto& [name, tensor] : file.tensors) shapes.emplace(name, tensor.shape);
  return shapes;
}

class ExportModelTest : public testing::Test {
 protected:
  TensorFile Weights(const Model& model, const ExportOptions& options = {}) {
    ExportModel(model, file_, options);
    return ReadSafetensors(file_);
  }
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "out.safetensors";
};

TEST_F(ExportModelTest, WeightsAreInFullUnderTheirOwnNames) {
  const Model model = EveryOperatorModel();
  const TensorFile file = Weights(model);
  EXPECT_EQ(file.tensors.size(), model.weights.size());
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    EXPECT_EQ(file.tensors.at(model.graph.params()[i].name), model.weights[i]);
  }
  EXPECT_EQ(file.metadata.at("format"), "pt");
  EXPECT_EQ(file.metadata.at("winnow.licence"), "Apache-2.0");
}

TEST_F(ExportModelTest, DensifiedModelsAreModels) {
  const Model model = EveryOperatorModel();
  const TensorFile file = Weights(model, {.densify = true});
  EXPECT_EQ(Shapes(file), Shapes(WeightsOf(model)));
  EXPECT_EQ(file.metadata.at("format_version"), "1");
  EXPECT_EQ(ReadModel(file_), model);
}

TEST_F(ExportModelTest, TheTensorsOfAnotherFile) {
  const Model model = TinyModel();
  TensorFile original;
  original.tensors = {{"swap.weight", Tensor({3, 3, 1, 1})}, {"training.only", Tensor({7})}};
  const std::filesystem::path like = folder_ / "original.safetensors";
  WriteFile(like, SerializeSafetensors(original));
  const TensorFile file = Weights(model, {.like = like});
  EXPECT_EQ(Shapes(file), Shapes(original));
  EXPECT_EQ(file.tensors.at("swap.weight"), model.weights[0]);

  original.tensors["swap.weight"] = Tensor({3, 3});
  WriteFile(like, SerializeSafetensors(original));
  ExpectError(ErrorKind::kInvalidArgument, {"original.safetensors", "swap.weight", "[3, 3]"},
              [&] { Weights(model, {.like = like}); });
  original.tensors.erase("swap.weight");
  WriteFile(like, SerializeSafetensors(original));
  ExpectError(ErrorKind::kInvalidArgument, {"no tensor", "swap.weight", "imported from"},
              [&] { Weights(model, {.like = like}); });
}

TEST_F(ExportModelTest, OnlyTheRestoredPictureAndWhatMattersIsSaid) {
  const auto notes = ExportModel(EveryOperatorModel(), folder_ / "out.onnx", {});
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_NE(notes[0].find("1 coarser"), std::string::npos);
  EXPECT_NE(notes[1].find("multiples of 4"), std::string::npos);
  EXPECT_NE(notes[2].find("zeros"), std::string::npos);
  EXPECT_EQ(ReadOnnx(folder_ / "out.onnx").graph.outputs().size(), 1u);
}

// Samples of 0..255 in and out, whatever the network's numbers are.
TEST_F(ExportModelTest, RangesAreConvertedInsideTheNetwork) {
  Model model = EveryOperatorModel();
  model.graph.SetOutputs({model.graph.output()});
  model.info.pixel_range = 1;
  model.info.mean = {0.5f, 0.25f, 0.125f};
  const Model wrapped = TakingPictures("0..255", model);
  EXPECT_EQ(wrapped.info.pixel_range, 255);
  EXPECT_EQ(wrapped.info.mean, (std::vector<float>{0, 0, 0}));
  Tensor sample({3, 8, 8});
  Random random(1);
  for (float& v : sample.data) v = static_cast<float>(random.Below(256));
  Tensor numbers = sample;
  for (std::int64_t i = 0; i < numbers.size(); ++i) {
    numbers.data[i] = numbers.data[i] / 255 - model.info.mean[i / 64];
  }
  const Tensor expected = RunReference(model, numbers).back();
  const Tensor result = RunReference(wrapped, sample).back();
  for (std::int64_t i = 0; i < result.size(); ++i) {
    const float wanted = (expected.data[i] + model.info.mean[i / 256]) * 255;
    ASSERT_NEAR(result.data[i], wanted, 1e-3);  // of numbers up to 255 * 1.5, through ten layers
  }
  EXPECT_EQ(TakingPictures("0..1", TinyModel()), TinyModel());
  ExpectError(ErrorKind::kInvalidArgument, {"'-1..1'", "0..1, 0..255"},
              [&] { TakingPictures("-1..1", model); });
}

}  // namespace
}  // namespace winnow
