#include "app/import_weights.h"

#include <gtest/gtest.h>

#include "app/export_model.h"
#include "base/file.h"
#include "formats/model_file.h"
#include "formats/safetensors.h"
#include "formats/testing.h"
#include "networks/registry.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class ImportWeightsTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

// Weights of a network as safetensors, those of names that begin with `prefix`, without it.
void WriteWeights(const Model& model, const std::string& prefix,
                  const std::filesystem::path& path) {
  TensorFile file;
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    const std::string& name = model.graph.param(static_cast<ParamId>(i)).name;
    if (name.starts_with(prefix)) {
      file.tensors.emplace(name.substr(prefix.size()), model.weights[i]);
    }
  }
  WriteFile(path, SerializeSafetensors(file));
}

Model WithWeights(const std::string& network, const NetworkOptions& options) {
  Model model = BuildNetwork(network, options);
  FillWeights(model, 4);
  for (Tensor& weight : model.weights) {
    for (float& v : weight.data) v *= 0.1f;
  }
  return model;
}

TEST_F(ImportWeightsTest, NetworksInParts) {
  const Model dmphn = WithWeights("dmphn_124", {1, {{"levels", 1}}});
  std::vector<std::filesystem::path> files;
  std::filesystem::create_directory(folder_ / "parts");
  for (const char* part : {"encoder_lv1", "decoder_lv1"}) {
    files.push_back(folder_ / "parts" / (std::string(part) + ".safetensors"));
    WriteWeights(dmphn, std::string(part) + ".", files.back());
  }
  WriteFile(folder_ / "parts" / "readme.md", "no weights");
  for (const Imported& imported :
       {ImportModel(files, {}), ImportModel(folder_ / "parts" / "", {})}) {
    EXPECT_EQ(imported.model.info.network, "dmphn_124");
    EXPECT_EQ(imported.model.graph, dmphn.graph);
    EXPECT_EQ(imported.model.weights, dmphn.weights);
    EXPECT_TRUE(imported.unused.empty());
  }
  EXPECT_EQ(ImportModel(folder_ / "parts", {}).model.info.provenance.at("imported_from"), "parts");

  ExpectError(ErrorKind::kInvalidArgument, {"an ONNX file is a whole network"}, [&] {
    ImportModel({files[0], folder_ / "net.onnx"}, {});
  });
  ExpectError(ErrorKind::kInvalidArgument, {"another file has a tensor", "encoder_lv1."}, [&] {
    ImportModel({files[0], files[0]}, {});
  });
  std::filesystem::create_directory(folder_ / "empty");
  ExpectError(ErrorKind::kInvalidArgument, {"no files of weights"},
              [&] { ImportModel(folder_ / "empty", {}); });
}

TEST_F(ImportWeightsTest, PublicNamesBecomeOurs) {
  const Model rrdb = WithWeights("rrdb", {2, {{"width", 8}, {"blocks", 1}, {"growth", 4}}});
  TensorFile file;
  for (std::size_t i = 0; i < rrdb.weights.size(); ++i) {
    std::string name = rrdb.graph.param(static_cast<ParamId>(i)).name;
    if (name.starts_with("body.0.rdb")) name = "RRDB_trunk.0.RDB" + name.substr(10);
    if (name.starts_with("conv_body")) name = "trunk_conv" + name.substr(9);
    file.tensors.emplace(name, rrdb.weights[i]);
  }
  WriteFile(folder_ / "esrgan.safetensors", SerializeSafetensors(file));
  const Imported imported = ImportModel(folder_ / "esrgan.safetensors", {});
  EXPECT_EQ(imported.model.info.network, "rrdb");
  EXPECT_EQ(imported.model.info.scale, 2);
  EXPECT_EQ(imported.model.weights, rrdb.weights);
  EXPECT_EQ(imported.notes[0], "names of tensors: those of ESRGAN");
}

TEST_F(ImportWeightsTest, NafnetByItsNames) {
  const Model nafnet = WithWeights("nafnet", {1, {{"width", 8}, {"enc4", 2}, {"middle", 2}}});
  WriteWeights(nafnet, "", folder_ / "naf.safetensors");
  const Imported imported = ImportModel(folder_ / "naf.safetensors", {});
  EXPECT_EQ(imported.model.info.network, "nafnet");
  EXPECT_EQ(imported.model.info.size_multiple, 16);
  EXPECT_EQ(imported.model.graph, nafnet.graph);
  EXPECT_EQ(imported.model.weights, nafnet.weights);
}

// The model's weights, and the layers that shift colours as the published networks have them.
TensorFile WithMeanShift(const Model& model, const std::string& layer, float white) {
  TensorFile file = WeightsOf(model);
  for (const auto& [name, sign] : {std::pair("sub_mean", -1.0f), std::pair("add_mean", 1.0f)}) {
    Tensor& weight = file.tensors[name + layer + ".weight"] = Tensor({3, 3, 1, 1});
    Tensor& bias = file.tensors[name + layer + ".bias"] = Tensor({3});
    for (int c = 0; c < 3; ++c) {
      weight.data[c * 4] = 1;
      bias.data[c] = sign * white * (0.25f + 0.125f * static_cast<float>(c));
    }
  }
  return file;
}

bool Notes(const Imported& imported, const std::string& text) {
  return std::ranges::any_of(imported.notes,
                             [&](const std::string& note) { return note.find(text) != note.npos; });
}

TEST_F(ImportWeightsTest, RangeByTheMeanThatIsSubtracted) {
  const std::filesystem::path path = folder_ / "w.safetensors";
  struct Case {
    const char* network;
    const char* layer;
    std::map<std::string, int> settings;
  };
  for (const auto& [network, layer, settings] : {Case{"carn", ".shifter", {{"width", 8}}},
                                                 Case{"edsr", "", {{"width", 8}, {"blocks", 1}}}}) {
    for (float white : {1.0f, 255.0f}) {
      const Model model = WithWeights(network, {2, settings});
      WriteFile(path, SerializeSafetensors(WithMeanShift(model, layer, white)));
      const Imported imported = ImportModel(path, {});
      const ModelInfo& info = imported.model.info;
      EXPECT_EQ(info.network, network);
      EXPECT_EQ(info.pixel_range, white) << network;
      EXPECT_EQ(info.mean, (std::vector<float>{0.25f * white, 0.375f * white, 0.5f * white}));
      EXPECT_TRUE(Notes(imported, "by the mean that sub_mean subtracts"));
      const ModelInfo told = ImportModel(path, {.range = "0..1"}).model.info;
      EXPECT_EQ(told.pixel_range, 1);
      EXPECT_EQ(told.mean, (std::vector<float>{0, 0, 0}));
    }
  }
}

TEST_F(ImportWeightsTest, CarnForSeveralScales) {
  TensorFile all;
  std::map<int, Model> models;
  for (int scale : {2, 3, 4}) {
    models[scale] = WithWeights("carn", {scale, {{"width", 8}}});
    for (auto& [name, tensor] : WeightsOf(models[scale]).tensors) {
      const std::string only = "upsample.up.";
      const bool own = name.starts_with(only);
      all.tensors[own ? "upsample.up" + std::to_string(scale) + "." + name.substr(only.size())
                      : name] = tensor;
    }
  }
  const std::filesystem::path path = folder_ / "carn.safetensors";
  WriteFile(path, SerializeSafetensors(all));
  for (int scale : {0, 2, 3, 4}) {
    const Imported imported = ImportModel(path, {.scale = scale});
    const int taken = scale == 0 ? 4 : scale;
    EXPECT_EQ(imported.model.info.network, "carn");
    EXPECT_EQ(imported.model.info.scale, taken);
    EXPECT_TRUE(Notes(imported, "scale x" + std::to_string(taken) + " of x2, x3, x4"));
    const ParamId up = imported.model.graph.FindParam("upsample.up.body.0.weight");
    EXPECT_EQ(imported.model.weights[up], models[taken].weights[up]);
  }
}

TEST_F(ImportWeightsTest, WhatWinnowWroteIsTaken) {
  Model model = WithWeights("srvgg", {2, {{"width", 8}, {"blocks", 1}}});
  const ParamId layer = model.graph.FindParam("body.2.weight");
  for (std::int64_t i = 0; i < model.weights[layer].size(); ++i) {
    if (i / 9 % 4 != 0) model.weights[layer].data[i] = 0;
  }
  model.patterns[layer] = {1, 4};
  model.info.pixel_range = 255;
  model.info.licence = "CC0-1.0";
  model.info.provenance = {{"steps", "7"}, {"imported_from", "x.pth"}};
  Validate(model);
  const std::filesystem::path path = folder_ / "own.safetensors";
  ExportModel(model, path, {});
  const Imported imported = ImportModel(path, {});
  const Model& again = imported.model;
  EXPECT_EQ(again.weights, model.weights);
  EXPECT_EQ(again.patterns, model.patterns);
  EXPECT_EQ(again.info.pixel_range, 255);
  EXPECT_EQ(again.info.licence, "CC0-1.0");
  EXPECT_EQ(again.info.network, "srvgg");
  EXPECT_EQ(again.info.provenance.at("steps"), "7");
  EXPECT_EQ(again.info.provenance.at("imported_from"), "own.safetensors (x.pth)");
  EXPECT_TRUE(Notes(imported, "as Winnow wrote in the file"));
  EXPECT_EQ(ImportModel(path, {.range = "0..1"}).model.info.pixel_range, 1);
}

TEST_F(ImportWeightsTest, AWinnowModelIsTakenAsItIs) {
  Model model = WithWeights("srvgg", {2, {{"width", 8}, {"blocks", 1}}});
  model.info.provenance = {{"imported_from", "x.pth"}};
  const std::filesystem::path path = folder_ / "model.safetensors";
  WriteModel(model, path);
  const Imported imported = ImportModel(path, {});
  EXPECT_EQ(imported.model, model);
  EXPECT_TRUE(Notes(imported, "is a Winnow model already"));
  EXPECT_EQ(ImportModel(path, {.colour = "bgr"}).model.info.colour, "bgr");
  ExpectError(ErrorKind::kInvalidArgument, {"model.safetensors: is a Winnow model", "--network"},
              [&] { ImportModel(path, {.network = "srvgg"}); });
  ExpectError(ErrorKind::kInvalidArgument, {"enlarges 2 times, not 4"},
              [&] { ImportModel(path, {.scale = 4}); });
}

TEST_F(ImportWeightsTest, SettingsHoldWithoutANetworkToo) {
  const Model edsr = WithWeights("edsr", {2, {{"width", 8}, {"blocks", 1}}});
  const std::filesystem::path path = folder_ / "edsr.safetensors";
  WriteWeights(edsr, "", path);
  EXPECT_EQ(ImportModel(path, {}).model.graph, edsr.graph);
  const std::map<std::string, int> tenth = {{"width", 8}, {"blocks", 1}, {"residual", 10}};
  EXPECT_EQ(ImportModel(path, {.settings = {{"residual", 10}}}).model.graph,
            BuildNetwork("edsr", {2, tenth}).graph);
  ExpectError(ErrorKind::kInvalidArgument, {"\"head.0.weight\"", "the network needs [16, 3"}, [&] {
    ImportModel(path, {.settings = {{"width", 16}}});
  });
  ExpectError(ErrorKind::kInvalidArgument, {"foo"}, [&] {
    ImportModel(path, {.settings = {{"foo", 1}}});
  });
}

// Averages over the picture are meant so in IMDN; only NAFNet's authors correct them.
TEST_F(ImportWeightsTest, OnlyNafnetIsSaidToLackTlc) {
  const std::filesystem::path path = folder_ / "w.safetensors";
  WriteWeights(WithWeights("imdn", {2, {{"width", 16}, {"blocks", 1}}}), "", path);
  const Imported imdn = ImportModel(path, {});
  EXPECT_TRUE(Notes(imdn, "sees the whole picture"));
  EXPECT_FALSE(Notes(imdn, "TLC"));
  WriteWeights(WithWeights("nafnet", {1, {{"width", 8}, {"enc4", 1}}}), "", path);
  EXPECT_TRUE(Notes(ImportModel(path, {}), "TLC, is not done"));
}

}  // namespace
}  // namespace winnow
