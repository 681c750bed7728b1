#include "training/prepare_model.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "formats/model_file.h"
#include "networks/registry.h"
#include "training/initial_weights.h"
#include "training/test_data.h"

namespace winnow {
namespace {

Model Srvgg(int blocks, std::uint64_t seed) {
  Model model = BuildNetwork("srvgg", {.scale = 2, .settings = {{"width", 4}, {"blocks", blocks}}});
  Random random(seed);
  model.weights = InitialWeights(model, random);
  return model;
}

const Tensor& Weight(const Model& model, const std::string& name) {
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    if (model.graph.params()[i].name == name) return model.weights[i];
  }
  throw std::out_of_range(name);
}

TEST(TakeInitialModel, LayersThatADeeperNetworkAddsBeginAsTheIdentity) {
  TemporaryFolder folder;
  const Model shallow = Srvgg(1, 1);
  WriteModel(shallow, folder / "shallow.safetensors", DType::kF32);
  Model deep = Srvgg(3, 2);
  const Tensor last = Weight(deep, "body.8.weight");
  // Two convolutions with biases and their slopes; body.4 is the last convolution of the shallow
  // network, and another one in the deep network.
  EXPECT_EQ(TakeInitialModel(folder / "shallow.safetensors", deep.graph, deep.weights), 6);
  for (const char* name : {"body.0.weight", "body.1.weight", "body.2.bias", "body.3.weight"}) {
    EXPECT_EQ(Weight(deep, name).data, Weight(shallow, name).data) << name;
  }
  for (const char* name : {"body.4", "body.6"}) {
    const Tensor& weight = Weight(deep, std::string(name) + ".weight");
    for (std::int64_t i = 0; i < weight.size(); ++i) {
      const bool centre = i % 9 == 4 && i / 9 % 4 == i / 36;
      EXPECT_EQ(weight.data[i], centre ? 1 : 0) << name << " " << i;
    }
    EXPECT_EQ(Weight(deep, std::string(name) + ".bias").data, AlignedVector<float>(4, 0)) << name;
  }
  for (const char* name : {"body.5.weight", "body.7.weight"}) {
    EXPECT_EQ(Weight(deep, name).data, AlignedVector<float>(4, 1)) << name;
  }
  EXPECT_EQ(Weight(deep, "body.8.weight").data, last.data);
}

}  // namespace
}  // namespace winnow
