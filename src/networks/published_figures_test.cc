// The costs of the SLS paper's six networks and the weights of the published ones.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "graph/cost.h"
#include "networks/registry.h"

namespace winnow {
namespace {

struct Figures {
  const char* name;
  int height, width;
  std::int64_t conv_weights, params;
  double conv_gmacs, paper_gmacs;  // three decimals
  double printed_gmacs;            // two decimals, by the paper
  double prunable_gmacs;           // one decimal
};

class SixNetworksTest : public testing::TestWithParam<Figures> {};

TEST_P(SixNetworksTest, CostWhatThePaperSays) {
  const Figures& want = GetParam();
  const Graph graph = BuildNetwork(want.name).graph;
  const Cost cost = CountCost(graph, want.height, want.width);
  EXPECT_EQ(cost.conv_weights, want.conv_weights);
  EXPECT_EQ(cost.params, want.params);
  EXPECT_NEAR(cost.conv_macs / 1e9, want.conv_gmacs, 0.0005);
  EXPECT_NEAR(cost.paper_macs / 1e9, want.paper_gmacs, 0.0005);
  EXPECT_NEAR(cost.paper_macs / 1e9, want.printed_gmacs, 0.005);

  const std::vector<Dims> dims = InferDims(graph, want.height, want.width);
  std::int64_t prunable = 0;
  for (NodeId id : PrunableConvs(graph, /*prune_shuffled_last=*/true)) {
    prunable += NodeMacs(graph, id, dims);
  }
  EXPECT_NEAR(prunable / 1e9, want.prunable_gmacs, 0.0501);
}

INSTANTIATE_TEST_SUITE_P(
    Paper, SixNetworksTest,
    testing::Values(Figures{"edsr", 180, 320, 1514880, 1517571, 114.230, 114.491, 114.49, 112.538},
                    Figures{"carn", 180, 320, 1109376, 1111875, 90.873, 91.215, 91.22, 89.181},
                    Figures{"rfdn", 180, 320, 824000, 826800, 39.649, 39.860, 39.86, 39.5},
                    Figures{"unet", 720, 1280, 6786432, 6790659, 457.585, 458.042, 458.04, 454.400},
                    Figures{"srn", 720, 1280, 7083040, 7086339, 1199.033, 1200.507, 1200.51,
                            1190.3},
                    Figures{"dmphn", 720, 1280, 8043264, 8052876, 991.612, 994.484, 994.48, 985.2}),
    [](const auto& info) { return std::string(info.param.name); });

// NAFNet's readme: parameters, and multiply-adds of a picture of 256 x 256 (63.6 and 16 by its
// authors' count, which takes in what is no convolution).
TEST(NafnetTest, CostsWhatItsAuthorsSay) {
  const auto cost = [](int width) {
    return CountCost(BuildNetwork("nafnet", {.scale = 1, .settings = {{"width", width}}}).graph,
                     256, 256);
  };
  EXPECT_NEAR(cost(32).params / 1e6, 17.11, 0.005);
  EXPECT_NEAR(cost(64).params / 1e6, 67.89, 0.005);
  EXPECT_NEAR(cost(32).conv_macs / 1e9, 16, 0.5);
  EXPECT_NEAR(cost(64).conv_macs / 1e9, 63.5, 0.5);
}

TEST(RrdbTest, HasTheParametersOfTheAuthorsNetwork) {
  EXPECT_EQ(CountCost(BuildNetwork("rrdb").graph, 16, 16).params, 16'697'987);
}

// The uniform rows of the paper are total - (1 - N/M) * prunable.
TEST(PaperRowsTest, UniformPatternsCostWhatThePaperPrints) {
  const auto cost_at_half = [](const char* name, int height, int width) {
    const Graph graph = BuildNetwork(name).graph;
    const std::vector<Dims> dims = InferDims(graph, height, width);
    std::int64_t prunable = 0;
    for (NodeId id : PrunableConvs(graph, true)) prunable += NodeMacs(graph, id, dims);
    return (CountCost(graph, height, width).paper_macs - 0.5 * prunable) / 1e9;
  };
  EXPECT_NEAR(cost_at_half("edsr", 180, 320), 58.22, 0.006);
  EXPECT_NEAR(cost_at_half("carn", 180, 320), 46.63, 0.006);
  EXPECT_NEAR(cost_at_half("unet", 720, 1280), 230.84, 0.006);
  EXPECT_NEAR(cost_at_half("srn", 720, 1280), 605.35, 0.006);
  EXPECT_NEAR(cost_at_half("dmphn", 720, 1280), 501.86, 0.006);
}

std::map<std::string, Shape> ShapesInSafetensors(const std::filesystem::path& path) {
  const std::string file = ReadFile(path);
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, file.data(), sizeof(header_size));
  const nlohmann::json header = nlohmann::json::parse(file.substr(8, header_size));
  std::map<std::string, Shape> shapes;
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") shapes[name] = entry.at("shape").get<Shape>();
  }
  return shapes;
}

std::map<std::string, Shape> ShapesInGraph(const Graph& graph) {
  std::map<std::string, Shape> shapes;
  for (const Param& param : graph.params()) shapes[param.name] = param.shape;
  return shapes;
}

class PublishedWeightsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "no published weights here";
  }
  const std::filesystem::path kFolder = std::filesystem::path(WINNOW_SHARED_DATA) / "weights";
};

TEST_F(PublishedWeightsTest, FitByNameAndShape) {
  const std::pair<const char*, const char*> pairs[] = {
      {"imdn", "imdn_x4"}, {"rfdn_aim", "rfdn_aim_x4"}, {"dmphn_124", "dmphn_1_2_4"}};
  for (const auto& [network, file] : pairs) {
    EXPECT_EQ(ShapesInGraph(BuildNetwork(network).graph),
              ShapesInSafetensors(kFolder / (std::string(file) + ".safetensors")))
        << network;
  }
}

// One file for three scales, with the mean shifts that ModelInfo::mean replaces.
TEST_F(PublishedWeightsTest, CarnMOfAllScalesFitsItsOneFile) {
  std::map<std::string, Shape> unused = ShapesInSafetensors(kFolder / "carn_m_x234.safetensors");
  const std::map<std::string, Shape> in_file = unused;
  for (int scale : {2, 3, 4}) {
    for (const auto& [name, shape] :
         ShapesInGraph(BuildNetwork("carn_m", {.scale = scale, .settings = {}}).graph)) {
      ASSERT_TRUE(in_file.contains(name)) << name;
      EXPECT_EQ(in_file.at(name), shape) << name;
      unused.erase(name);
    }
  }
  for (const auto& [name, shape] : unused) {
    EXPECT_NE(name.find("_mean.shifter"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace winnow
