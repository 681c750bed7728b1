#include "networks/detect.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

std::map<std::string, Shape> TensorsOf(const std::string& network, const NetworkOptions& options) {
  std::map<std::string, Shape> tensors;
  const Graph graph = BuildNetwork(network, options).graph;
  for (const Param& param : graph.params()) {
    tensors.emplace(param.name, param.shape);
  }
  return tensors;
}

class DetectEvery : public testing::TestWithParam<NetworkRow> {};

TEST_P(DetectEvery, FindsItselfAtItsStandardSize) {
  const NetworkRow& row = GetParam();
  const auto detected = DetectNetwork(TensorsOf(row.name, {}), 0);
  ASSERT_TRUE(detected);
  const Graph graph = BuildNetwork(row.name).graph;
  EXPECT_EQ(BuildNetwork(detected->network, detected->options).graph.params(), graph.params());
}

INSTANTIATE_TEST_SUITE_P(Networks, DetectEvery, testing::ValuesIn(Networks()),
                         [](const auto& info) { return info.param.name; });

TEST(DetectNetwork, SettingsAndScale) {
  const auto tensors = TensorsOf("srvgg", {2, {{"width", 24}, {"blocks", 5}}});
  const auto detected = DetectNetwork(tensors, 0);
  ASSERT_TRUE(detected);
  EXPECT_EQ(detected->network, "srvgg");
  EXPECT_EQ(detected->options.scale, 2);
  EXPECT_EQ(detected->options.settings, (std::map<std::string, int>{{"blocks", 5}, {"width", 24}}));
  EXPECT_FALSE(DetectNetwork(tensors, 4));
}

TEST(DetectNetwork, AMissingTensorOrAnotherShapeIsNoMatch) {
  auto tensors = TensorsOf("imdn", {});
  tensors["mean_shift"] = {3};  // more than the network needs does not matter
  EXPECT_TRUE(DetectNetwork(tensors, 0));
  tensors["LR_conv.weight"] = {64, 64, 5, 5};
  EXPECT_FALSE(DetectNetwork(tensors, 0));
  tensors.erase("LR_conv.weight");
  EXPECT_FALSE(DetectNetwork(tensors, 0));
  EXPECT_FALSE(DetectNetwork({}, 0));
}

}  // namespace
}  // namespace winnow
