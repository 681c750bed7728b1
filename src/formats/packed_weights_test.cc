#include "formats/packed_weights.h"

#include <gtest/gtest.h>

#include "formats/model_file.h"
#include "formats/testing.h"

namespace winnow {
namespace {

// Three 3x3 convolutions, of which the middle one, 8 to 8 channels, keeps the second of every four.
Model DenseModel() {
  GraphBuilder builder;
  const NodeId head = builder.Conv(builder.Input(3), "head", 8);
  Model model;
  model.graph = builder.Finish({builder.Conv(builder.Conv(head, "conv", 8), "tail", 3)});
  model.info.name = "sparse";
  model.info.network = "imported";
  model.info.task = "deblurring";
  FillWeights(model, 3);
  return model;
}

Tensor& WeightOf(Model& model) { return model.weights[model.graph.FindParam("conv.weight")]; }

Model SparseModel() {
  Model model = DenseModel();
  for (std::int64_t i = 0; i < WeightOf(model).size(); ++i) {
    if (i / 9 % 4 != 1) WeightOf(model).data[i] = 0;
  }
  model.patterns[model.graph.FindParam("conv.weight")] = {1, 4};
  return model;
}

TensorFile PackedFile() { return ParseSafetensors(SerializeModel(SparseModel()), "memory"); }

std::string Bytes(TensorFile file) {
  file.bytes.insert("conv.weight/mask");
  return SerializeSafetensors(file);
}

TEST(PackedWeights, ComeBackAsTheyWere) {
  const Model model = SparseModel();
  const std::string bytes = SerializeModel(model);
  EXPECT_EQ(ParseModel(bytes, "memory"), model);
  EXPECT_EQ(SerializeModel(ParseModel(bytes, "memory")), bytes);
}

TEST(PackedWeights, AreABitAWeightAndTheValuesThatAreNotZero) {
  Model model = SparseModel();
  const TensorFile file = PackedFile();
  EXPECT_EQ(file.metadata.at("format_version"), "2");
  EXPECT_FALSE(file.tensors.contains("conv.weight"));
  const Tensor& mask = file.tensors.at("conv.weight/mask");
  const Tensor& kept = file.tensors.at("conv.weight/kept");
  ASSERT_EQ(mask.shape, Shape{8 * 8 * 9 / 8});
  ASSERT_EQ(kept.shape, Shape{8 * 2 * 9});
  // Nine weights left out, nine kept, 18 left out: bits 9 to 17.
  EXPECT_EQ(mask.data[0], 0);
  EXPECT_EQ(mask.data[1], 0xfe);
  EXPECT_EQ(mask.data[2], 0x03);
  EXPECT_EQ(mask.data[3], 0);
  EXPECT_EQ(kept.data[0], WeightOf(model).data[9]);
  EXPECT_EQ(kept.data[9], WeightOf(model).data[45]);
}

TEST(PackedWeights, AFileIsSmallerForIt) {
  const std::size_t full = SerializeModel(DenseModel(), DType::kF16).size();
  const std::size_t packed = SerializeModel(SparseModel(), DType::kF16).size();
  EXPECT_LT(packed + 500, full);
}

TEST(PackedWeights, DenseOrSmallTensorsStayAsTheyAre) {
  TensorFile file;
  file.tensors["dense"] = Tensor({1000});
  for (float& value : file.tensors["dense"].data) value = 2;
  file.tensors["small"] = Tensor({30});
  const TensorFile before = file;
  EXPECT_FALSE(PackWeights(DType::kF32, file));
  EXPECT_EQ(file.tensors, before.tensors);
}

TEST(PackedWeights, KeepOutOfTheWayOfOtherNames) {
  TensorFile file;
  file.tensors["a"] = Tensor({1000});
  file.tensors["a/mask"] = Tensor({1});
  EXPECT_FALSE(PackWeights(DType::kF32, file));
}

TEST(PackedWeights, DamageIsNamed) {
  const auto refuse = [](std::string_view problem, auto damage) {
    TensorFile file = PackedFile();
    damage(file);
    ExpectError(ErrorKind::kCorrupt, {"some/file: tensor \"conv.weight\"", problem},
                [&] { ParseModel(Bytes(file), "some/file"); });
  };
  refuse("'/kept' is missing", [](TensorFile& file) { file.tensors.erase("conv.weight/kept"); });
  refuse("the mask keeps 143 weights, stored are [144]",
         [](TensorFile& file) { file.tensors["conv.weight/mask"].data[2] = 1; });
  refuse("the mask is [76], [8, 8, 3, 3] needs [72] bytes",
         [](TensorFile& file) { file.tensors["conv.weight/mask"] = Tensor({76}); });
}

TEST(PackedWeights, ABitBehindTheLastWeightIsDamage) {
  GraphBuilder builder;
  const NodeId input = builder.Input(3);
  const Graph graph = builder.Finish({builder.Conv(input, "conv", 3, {.bias = false})});  // 81
  TensorFile file;
  file.tensors["conv.weight/mask"] = Tensor({12});
  file.tensors["conv.weight/mask"].data[11] = 128;
  file.tensors["conv.weight/kept"] = Tensor({1});
  ExpectError(ErrorKind::kCorrupt, {"file", "behind the last weight"},
              [&] { UnpackWeights(graph, "file", file); });
}

TEST(PackedWeights, BelongToTheSecondVersion) {
  TensorFile file = PackedFile();
  file.metadata["format_version"] = "1";
  ExpectError(ErrorKind::kCorrupt, {"missing tensors", "conv.weight"},
              [&] { ParseModel(Bytes(file), "file"); });
}

TEST(PackedWeights, AMaskIsBytes) {
  TensorFile file = PackedFile();
  file.tensors["conv.weight/mask"].data[0] = 256;
  ExpectError(ErrorKind::kInvalidArgument, {"conv.weight/mask", "is no byte"},
              [&] { Bytes(file); });
}

}  // namespace
}  // namespace winnow
