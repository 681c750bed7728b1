#include "networks/public_names.h"

#include <gtest/gtest.h>

#include "networks/detect.h"
#include "networks/registry.h"

namespace winnow {
namespace {

TensorShapes ShapesOf(const Graph& graph) {
  TensorShapes shapes;
  for (const Param& param : graph.params()) shapes.emplace(param.name, param.shape);
  return shapes;
}

// The tensors under the names of this network's own, and where the names come from.
TensorShapes Renamed(const TensorShapes& tensors, const std::string& origin) {
  const PublicNames names = FindPublicNames(tensors);
  EXPECT_EQ(names.origin, origin);
  TensorShapes renamed;
  for (const auto& [name, shape] : tensors) {
    const auto ours = names.ours.find(name);
    renamed.emplace(ours == names.ours.end() ? name : ours->second, shape);
  }
  EXPECT_EQ(renamed.size(), tensors.size());
  return renamed;
}

void Put(TensorShapes& tensors, const std::string& name, Shape weight) {
  const Shape bias = {weight[0]};
  tensors[name + ".weight"] = std::move(weight);
  tensors[name + ".bias"] = bias;
}

TEST(PublicNames, EdsrOfBasicSr) {
  TensorShapes tensors;
  Put(tensors, "conv_first", {16, 3, 3, 3});
  for (const char* block : {"body.0", "body.1"}) {
    for (const char* conv : {".conv1", ".conv2"}) {
      Put(tensors, std::string(block) + conv, {16, 16, 3, 3});
    }
  }
  Put(tensors, "conv_after_body", {16, 16, 3, 3});
  Put(tensors, "upsample.0", {64, 16, 3, 3});
  Put(tensors, "upsample.2", {64, 16, 3, 3});
  Put(tensors, "conv_last", {3, 16, 3, 3});
  EXPECT_EQ(Renamed(tensors, "BasicSR's EDSR"),
            ShapesOf(BuildNetwork("edsr", {4, {{"width", 16}, {"blocks", 2}}}).graph));
}

// By the first version's names, with or without what all of them share.
TensorShapes FirstEsrgan(const std::string& prefix) {
  TensorShapes tensors;
  Put(tensors, prefix + "0", {16, 3, 3, 3});
  for (int block = 0; block < 2; ++block) {
    for (int dense = 1; dense <= 3; ++dense) {
      for (int conv = 1; conv <= 5; ++conv) {
        Put(tensors,
            prefix + "1.sub." + std::to_string(block) + ".RDB" + std::to_string(dense) + ".conv" +
                std::to_string(conv) + ".0",
            {conv == 5 ? 16 : 8, 16 + 8 * (conv - 1), 3, 3});
      }
    }
  }
  Put(tensors, prefix + "1.sub.2", {16, 16, 3, 3});
  for (const char* layer : {"3", "6", "8"}) Put(tensors, prefix + layer, {16, 16, 3, 3});
  Put(tensors, prefix + "10", {3, 16, 3, 3});
  return tensors;
}

TEST(PublicNames, EsrganInItsVersions) {
  const NetworkOptions options = {4, {{"width", 16}, {"blocks", 2}, {"growth", 8}}};
  const TensorShapes wanted = ShapesOf(BuildNetwork("rrdb", options).graph);
  EXPECT_EQ(Renamed(FirstEsrgan("model."), "ESRGAN, first version"), wanted);
  EXPECT_EQ(Renamed(FirstEsrgan(""), "ESRGAN, first version"), wanted);

  TensorShapes second;
  for (const auto& [name, shape] : wanted) {
    std::string theirs = name;
    const auto replace = [&](const std::string& from, const std::string& to) {
      if (const auto at = theirs.find(from); at != theirs.npos) theirs.replace(at, from.size(), to);
    };
    replace("conv_body", "trunk_conv");
    replace("body.", "RRDB_trunk.");
    replace("rdb", "RDB");
    replace("conv_up", "upconv");
    replace("conv_hr", "HRconv");
    second.emplace(theirs, shape);
  }
  EXPECT_EQ(Renamed(second, "ESRGAN"), wanted);
}

TEST(PublicNames, EdsrPytorchInAWrapper) {
  TensorShapes wrapped = {{"model.sub_mean.weight", {3, 3, 1, 1}}};
  const TensorShapes plain = ShapesOf(BuildNetwork("edsr", {2, {{"blocks", 1}}}).graph);
  for (const auto& [name, shape] : plain) wrapped.emplace("model." + name, shape);
  const TensorShapes renamed = Renamed(wrapped, "EDSR-PyTorch");
  ASSERT_TRUE(DetectNetwork(renamed, 0));
  EXPECT_EQ(DetectNetwork(renamed, 0)->network, "edsr");
}

// The published file: upsamplers for x2, x3 and x4 under numbered names.
TEST(PublicNames, CarnForSeveralScales) {
  TensorShapes all = {{"sub_mean.shifter.bias", {3}}};
  for (int scale : {2, 3, 4}) {
    const TensorShapes one = ShapesOf(BuildNetwork("carn", {scale, {{"width", 8}}}).graph);
    for (const auto& [name, shape] : one) {
      const std::string only = "upsample.up.";
      const std::string numbered = "upsample.up" + std::to_string(scale) + ".";
      all[name.starts_with(only) ? numbered + name.substr(only.size()) : name] = shape;
    }
  }
  EXPECT_EQ(UpsamplerScales(all), (std::vector<int>{2, 3, 4}));
  for (int scale : {0, 2, 3, 4}) {
    const PublicNames names = FindPublicNames(all, scale);
    EXPECT_EQ(names.origin, "CARN for several scales");
    TensorShapes renamed;
    for (const auto& [name, shape] : all) {
      const auto ours = names.ours.find(name);
      renamed.emplace(ours == names.ours.end() ? name : ours->second, shape);
    }
    const auto detected = DetectNetwork(renamed, scale);
    ASSERT_TRUE(detected) << scale;
    EXPECT_EQ(detected->network, "carn");
    EXPECT_EQ(detected->options.scale, scale == 0 ? 4 : scale);
  }
  EXPECT_TRUE(UpsamplerScales(ShapesOf(BuildNetwork("carn").graph)).empty());
}

TEST(PublicNames, OwnNamesStay) {
  for (const NetworkRow& row : Networks()) {
    const PublicNames names = FindPublicNames(ShapesOf(BuildNetwork(row.name).graph));
    EXPECT_EQ(names.origin, "") << row.name;
    EXPECT_TRUE(names.ours.empty()) << row.name;
  }
}

}  // namespace
}  // namespace winnow
