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

TEST(DetectNetwork, SettingsThatNamesShow) {
  const auto settings_of = [](const std::string& network, const NetworkOptions& options) {
    const auto detected = DetectNetwork(TensorsOf(network, options), options.scale);
    if (!detected || detected->network != network) return std::map<std::string, int>();
    return detected->options.settings;
  };
  std::map<std::string, int> nafnet = {{"width", 8},  {"enc1", 2}, {"enc2", 1}, {"enc3", 3},
                                       {"enc4", 4},   {"dec1", 2}, {"dec2", 1}, {"dec3", 1},
                                       {"middle", 5}, {"dec4", 2}};
  EXPECT_EQ(settings_of("nafnet", {1, nafnet}), nafnet);
  const std::map<std::string, int> rrdb = {{"width", 16}, {"blocks", 2}, {"growth", 8}};
  for (int scale : {1, 2, 4}) EXPECT_EQ(settings_of("rrdb", {scale, rrdb}), rrdb);
  const std::map<std::string, int> large = {{"width", 256}, {"blocks", 3}, {"residual", 10}};
  EXPECT_EQ(settings_of("edsr", {3, large}), large);
  const std::map<std::string, int> scales = {
      {"width", 16}, {"outer", 1}, {"blocks", 2}, {"scales", 3}};
  EXPECT_EQ(settings_of("steered_unet", {1, scales}), scales);
  EXPECT_EQ(settings_of("dmphn_124", {1, {{"levels", 2}}}),
            (std::map<std::string, int>{{"levels", 2}}));
}

TEST(DetectNetwork, RealEsrganTellsItsScaleByTheFirstLayer) {
  const std::map<std::string, int> small = {{"width", 8}, {"blocks", 1}, {"growth", 4}};
  for (int scale : {1, 2, 4}) {
    EXPECT_EQ(DetectNetwork(TensorsOf("rrdb", {scale, small}), 0)->options.scale, scale);
  }
}

TEST(DetectNetwork, CountsThatAreNoSettingAreNoMatch) {
  auto tensors = TensorsOf("nafnet", {});
  tensors.erase("middle_blks.0.beta");  // which leaves no block in the middle
  EXPECT_FALSE(DetectNetwork(tensors, 0));
  TensorShapes levels;
  for (int i = 1; i < 100; ++i) levels["encoder_lv" + std::to_string(i) + ".layer1.weight"] = {32};
  EXPECT_FALSE(DetectNetwork(levels, 0));
}

}  // namespace
}  // namespace winnow
