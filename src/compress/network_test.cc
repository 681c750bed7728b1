#include "compress/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "engine/session.h"
#include "networks/registry.h"
#include "support/pictures.h"

namespace winnow {
namespace {

Tensor RandomPicture(int channels, int height, int width, std::uint64_t seed) {
  Random random(seed);
  Tensor tensor({channels, height, width});
  for (float& x : tensor.data) x = static_cast<float>(random.Uniform());
  return tensor;
}

std::vector<Tensor> Pictures(int count) {
  std::vector<Tensor> pictures;
  for (int i = 0; i < count; ++i) pictures.push_back(RandomPicture(3, 16, 24, i));
  return pictures;
}

double LargestDifference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a.data[i]) - b.data[i]));
  }
  return largest;
}

Model SmallModel(const std::string& network) {
  const std::map<std::string, std::map<std::string, int>> settings = {
      {"rfdn", {{"width", 8}}}, {"imdn", {}}, {"carn_m", {}}};
  Model model = BuildNetwork(network, {4, settings.at(network)});
  FillWeights(model);
  return model;
}

class WalkTest : public testing::TestWithParam<const char*> {};

// Single nodes one after the other give what the network gives as a whole. Rounding differs in the
// operators that are not convolutions.
TEST_P(WalkTest, EndsWithTheOutputOfTheWholeNetwork) {
  const Model model = SmallModel(GetParam());
  const std::vector<Tensor> pictures = Pictures(2);
  Network network(model, 16, 24, 2);
  Walk walk(network.graph(), pictures);
  walk.Finish(network);
  Session session(model);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Tensor whole = session.Run(pictures[i]);
    ASSERT_EQ(walk.output()[i]->shape, whole.shape);
    float largest = 1;
    for (float x : whole.data) largest = std::max(largest, std::abs(x));
    EXPECT_LT(LargestDifference(*walk.output()[i], whole), 1e-4 * largest);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, WalkTest, testing::Values("imdn", "rfdn", "carn_m"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Walk, CopiesGoTheirOwnWay) {
  const Model model = SmallModel("carn_m");
  Network network(model, 16, 24, 1);
  const std::vector<Tensor> pictures = Pictures(3);
  Walk walk(network.graph(), pictures);
  while (walk.next() < 6) walk.Step(network);
  Walk branch = walk.First(2);
  Network changed = network;
  const ParamId last = std::get<Conv2d>(model.graph.node(model.graph.output()).op).weight;
  Tensor doubled = model.weights[last];
  for (float& x : doubled.data) x *= 2;
  changed.SetParam(last, doubled);
  branch.Finish(changed);
  walk.Finish(network);
  ASSERT_EQ(branch.output().size(), 2u);
  EXPECT_GT(LargestDifference(*branch.output()[0], *walk.output()[0]), 0);

  Walk again(network.graph(), pictures);
  again.Finish(network);
  EXPECT_EQ(*again.output()[2], *walk.output()[2]);
}

TEST(Walk, ForgetsWhatIsNotNeeded) {
  const Model model = SmallModel("carn_m");
  Network network(model, 16, 24, 1);
  Walk walk(network.graph(), Pictures(1));
  walk.Finish(network);
  int held = 0;
  for (NodeId id = 0; id < walk.next(); ++id) held += !walk.at(id).empty();
  EXPECT_LE(held, 4);
}

TEST(MeanSquaredDifference, IsOverAllSamples) {
  const auto a = std::make_shared<Tensor>(Shape{1, 1, 2});
  const auto b = std::make_shared<Tensor>(Shape{1, 1, 2});
  b->data = {3, 1};
  EXPECT_DOUBLE_EQ(MeanSquaredDifference({a, a}, {b, a}), 10.0 / 4);
}

}  // namespace
}  // namespace winnow
