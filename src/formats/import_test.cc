#include "formats/import.h"

#include <gtest/gtest.h>

#include "formats/testing.h"

namespace winnow {
namespace {

Model SmallModel() {
  GraphBuilder builder;
  Model model;
  model.graph = builder.Finish({builder.Conv(builder.Input(3), "conv", 3)});
  return model;
}

TensorFile Weights() {
  TensorFile file;
  file.tensors["conv.bias"] = Tensor({3});
  file.tensors["conv.weight"] = Tensor({3, 3, 3, 3});
  file.tensors["conv.bias"].data[1] = 5;
  return file;
}

TEST(LoadWeights, FillsByNameInTheOrderOfTheParams) {
  Model model = SmallModel();
  EXPECT_TRUE(LoadWeights(Weights(), "file", model).empty());
  ASSERT_EQ(model.weights.size(), 2u);
  EXPECT_EQ(model.weights[model.graph.FindParam("conv.bias")].data[1], 5);
  EXPECT_NO_THROW(Validate(model));
}

TEST(LoadWeights, ReturnsWhatTheGraphDoesNotUse) {
  TensorFile file = Weights();
  file.tensors["z.extra"] = Tensor({1});
  file.tensors["a.extra"] = Tensor({1});
  Model model = SmallModel();
  EXPECT_EQ(LoadWeights(file, "file", model), (std::vector<std::string>{"a.extra", "z.extra"}));
}

TEST(LoadWeights, NamesEveryMissingTensorAndLeavesTheModelAlone) {
  Model model = SmallModel();
  ExpectError(ErrorKind::kInvalidArgument, {"some/file: ", "\"conv.weight\", \"conv.bias\""},
              [&] { LoadWeights({}, "some/file", model); });
  EXPECT_TRUE(model.weights.empty());
}

TEST(LoadWeights, NamesTheShapeThatDisagrees) {
  TensorFile file = Weights();
  file.tensors["conv.weight"] = Tensor({3, 3, 1, 9});
  Model model = SmallModel();
  ExpectError(ErrorKind::kInvalidArgument,
              {"some/file: tensor \"conv.weight\" is [3, 3, 1, 9], the network needs [3, 3, 3, 3]"},
              [&] { LoadWeights(file, "some/file", model); });
  EXPECT_TRUE(model.weights.empty());
}

}  // namespace
}  // namespace winnow
