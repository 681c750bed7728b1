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

TEST(LoadWeights, NamesMissingTensorsAndLeavesTheModelAlone) {
  Model model = SmallModel();
  ExpectError(ErrorKind::kInvalidArgument, {"some/file: ", "\"conv.weight\", \"conv.bias\""},
              [&] { LoadWeights({}, "some/file", model); });
  EXPECT_TRUE(model.weights.empty());
}

TEST(LoadWeights, NamesTheFirstOfManyMissingTensors) {
  Model model = SmallModel();
  GraphBuilder builder;
  NodeId x = builder.Input(3);
  for (const char* name : {"c0", "c1", "c2", "c3"}) x = builder.Conv(x, name, 3);
  model.graph = builder.Finish({x});
  ExpectError(ErrorKind::kInvalidArgument,
              {"needs: \"c0.weight\", \"c0.bias\", \"c1.weight\", \"c1.bias\", "
               "\"c2.weight\" and 3 more, of 8"},
              [&] { LoadWeights({}, "some/file", model); });
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
