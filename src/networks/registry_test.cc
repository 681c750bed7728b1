#include "networks/registry.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/error.h"
#include "graph/cost.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

std::string ErrorOf(const std::string& name, const NetworkOptions& options, ErrorKind kind) {
  try {
    BuildNetwork(name, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

class EveryNetworkTest : public testing::TestWithParam<NetworkRow> {};

TEST_P(EveryNetworkTest, IsAValidModelOnceItHasWeights) {
  Model model = BuildNetwork(GetParam().name);
  EXPECT_EQ(model.info.network, GetParam().name);
  EXPECT_TRUE(model.weights.empty());
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  Validate(model);
}

TEST_P(EveryNetworkTest, UsesEveryParam) {
  const Model model = BuildNetwork(GetParam().name);
  std::set<ParamId> used;
  for (const Node& node : model.graph.nodes()) {
    for (ParamId id : ParamsOf(node.op)) used.insert(id);
  }
  EXPECT_EQ(used.size(), model.graph.params().size());
}

TEST_P(EveryNetworkTest, ScalesAnyMultipleOfItsSize) {
  const Model model = BuildNetwork(GetParam().name);
  for (int times : {1, 2, 3, 17}) {
    const int multiple = model.info.size_multiple;
    const int extent = (16 + multiple - 1) / multiple * multiple + times * multiple;
    const Dims out = InferDims(model.graph, extent, extent + multiple)[model.graph.output()];
    EXPECT_EQ(out.height, extent * model.info.scale);
    EXPECT_EQ(out.width, (extent + multiple) * model.info.scale);
  }
}

TEST_P(EveryNetworkTest, RefusesWhatItCannotDo) {
  const std::string& name = GetParam().name;
  EXPECT_NE(ErrorOf(name, {.scale = 7, .settings = {}}, ErrorKind::kInvalidArgument)
                .find("scale 7 is impossible"),
            std::string::npos);
  EXPECT_NE(ErrorOf(name, {.scale = 0, .settings = {{"colour", 1}}}, ErrorKind::kInvalidArgument)
                .find("no setting 'colour'"),
            std::string::npos);
  for (const auto& [key, value] : GetParam().settings) {
    for (int bad : {0, -1, 1 << 20}) {
      EXPECT_NE(ErrorOf(name, {.scale = 0, .settings = {{key, bad}}}, ErrorKind::kInvalidArgument)
                    .find("'" + key + "' must be"),
                std::string::npos);
    }
  }
}

TEST_P(EveryNetworkTest, SettingsChangeTheGraph) {
  const std::string& name = GetParam().name;
  for (const auto& [key, value] : GetParam().settings) {
    const int other = value > 1 ? value / 2 : 2;
    const Model model = BuildNetwork(name, {.scale = 0, .settings = {{key, other}}});
    EXPECT_NE(model.graph, BuildNetwork(name).graph) << key;
  }
}

TEST(UnetTest, UnshufflingSeesTwiceAsFarForAQuarter) {
  const Model whole = BuildNetwork("unet", {.scale = 0, .settings = {{"width", 16}}});
  const Model half =
      BuildNetwork("unet", {.scale = 0, .settings = {{"width", 16}, {"unshuffle", 2}}});
  EXPECT_EQ(half.info.size_multiple, 8);
  EXPECT_EQ(FindReceptiveField(half.graph).halo, 2 * FindReceptiveField(whole.graph).halo);
  const double ratio = static_cast<double>(CountCost(half.graph, 64, 64).conv_macs) /
                       static_cast<double>(CountCost(whole.graph, 64, 64).conv_macs);
  EXPECT_GT(ratio, 0.25);
  EXPECT_LT(ratio, 0.3);
}

INSTANTIATE_TEST_SUITE_P(Networks, EveryNetworkTest, testing::ValuesIn(Networks()),
                         [](const auto& info) { return info.param.name; });

TEST(RegistryTest, NamesAreUnique) {
  std::set<std::string> names;
  for (const NetworkRow& row : Networks()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(RegistryTest, AnUnknownNameListsTheKnownOnes) {
  const std::string message = ErrorOf("vdsr", {}, ErrorKind::kNotFound);
  EXPECT_NE(message.find("'vdsr'"), std::string::npos);
  EXPECT_NE(message.find("edsr, carn, rfdn"), std::string::npos);
}

TEST(RegistryTest, SuperResolutionComesInSeveralScales) {
  for (const char* name : {"edsr", "carn", "carn_m", "rfdn", "imdn", "srvgg", "compact"}) {
    for (int scale : {2, 3, 4}) {
      const Model model = BuildNetwork(name, {.scale = scale, .settings = {}});
      const Dims out = InferDims(model.graph, 17, 20)[model.graph.output()];
      EXPECT_EQ(out, (Dims{3, 17 * scale, 20 * scale})) << name;
    }
  }
}

TEST(RegistryTest, FullyConvolutionalNetworksTakeASinglePixel) {
  for (const char* name : {"edsr", "carn", "carn_m", "imdn", "srvgg", "compact"}) {
    const Model model = BuildNetwork(name);
    EXPECT_EQ(InferDims(model.graph, 1, 1)[model.graph.output()], (Dims{3, 4, 4})) << name;
  }
}

TEST(RegistryTest, SrnEstimatesFromCoarseToFine) {
  const Model model = BuildNetwork("srn");
  const std::vector<Dims> dims = InferDims(model.graph, 32, 48);
  ASSERT_EQ(model.graph.outputs().size(), 3u);
  EXPECT_EQ(dims[model.graph.outputs()[0]], (Dims{3, 8, 12}));
  EXPECT_EQ(dims[model.graph.outputs()[1]], (Dims{3, 16, 24}));
  EXPECT_EQ(dims[model.graph.outputs()[2]], (Dims{3, 32, 48}));
}

TEST(RegistryTest, WidthsThatDoNotDivideAreRefused) {
  EXPECT_NE(ErrorOf("rfdn", {.scale = 4, .settings = {{"width", 33}}}, ErrorKind::kInvalidArgument)
                .find("multiple of 2"),
            std::string::npos);
  EXPECT_NE(ErrorOf("imdn", {.scale = 4, .settings = {{"width", 40}}}, ErrorKind::kInvalidArgument)
                .find("multiple of 16"),
            std::string::npos);
}

}  // namespace
}  // namespace winnow
