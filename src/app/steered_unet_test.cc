// What the scales of steered_unet compute, by what one scale does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "engine/reference.h"
#include "formats/testing.h"
#include "graph/builder.h"
#include "networks/registry.h"

namespace winnow {
namespace {

Model Steered(int scales) {
  Model model =
      BuildNetwork("steered_unet", {.settings = {{"width", 8}, {"blocks", 1}, {"scales", scales}}});
  FillWeights(model, 3);
  for (Tensor& weight : model.weights) {
    for (float& v : weight.data) v *= 0.3f;
  }
  return model;
}

// The weights of `from`, and gates that count each scale as `gates` says.
Model TwoScales(const Model& from, const std::vector<float>& gates) {
  Model model = Steered(2);
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    const std::string& name = model.graph.params()[i].name;
    Tensor& weight = model.weights[i];
    if (name.starts_with("gate.")) {
      std::ranges::fill(weight.data, 0.0f);
    } else {
      weight = from.weights[from.graph.FindParam(name)];
    }
    if (name == "gate.2.bias") {
      for (std::size_t k = 0; k < weight.data.size(); ++k) weight.data[k] = gates[k / 3];
    }
  }
  return model;
}

Tensor Through(const Op& op, const Tensor& input) {
  GraphBuilder g;
  const NodeId in = g.Input(3);
  Model model;
  model.graph = g.Finish({g.Apply(op, {in})});
  return RunReference(model, input).back();
}

Tensor Difference(Tensor a, const Tensor& b) {
  for (std::size_t i = 0; i < a.data.size(); ++i) a.data[i] -= b.data[i];
  return a;
}

void ExpectAlike(const Tensor& result, const Tensor& wanted) {
  ASSERT_EQ(result.shape, wanted.shape);
  float largest = 0;
  for (float v : wanted.data) largest = std::max(largest, std::abs(v));
  EXPECT_GT(largest, 0);
  for (std::size_t i = 0; i < wanted.data.size(); ++i) {
    ASSERT_NEAR(result.data[i], wanted.data[i], 1e-5 * largest) << i;
  }
}

class SteeredUnetScales : public testing::Test {
 protected:
  SteeredUnetScales() {
    Random random(1);
    for (float& v : picture_.data) v = static_cast<float>(random.Uniform()) - 0.5f;
  }

  Tensor Correction(const Model& model, const Tensor& picture) {
    return Difference(RunReference(model, picture).back(), picture);
  }

  const Model one_ = Steered(1);
  Tensor picture_{Shape{3, 48, 64}};
};

TEST_F(SteeredUnetScales, TheFirstIsThePictureItself) {
  ExpectAlike(Correction(TwoScales(one_, {1, 0}), picture_), Correction(one_, picture_));
}

TEST_F(SteeredUnetScales, TheSecondIsItsHalf) {
  const Tensor half = Through(Pool{PoolKind::kAverage, 2, 2, {}}, picture_);
  const Tensor wanted = Through(Resize{ResizeMode::kBilinear, 2, 1}, Correction(one_, half));
  ExpectAlike(Correction(TwoScales(one_, {0, 1}), picture_), wanted);
}

}  // namespace
}  // namespace winnow
