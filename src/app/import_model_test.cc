#include "app/import_model.h"

#include <gtest/gtest.h>

#include "app/pixel_convention.h"
#include "base/file.h"
#include "engine/reference.h"
#include "formats/onnx/onnx_testing.h"
#include "formats/onnx/onnx_writer.h"
#include "formats/testing.h"
#include "graph/builder.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

// Enlarges twice by nearest neighbour, exactly: the output is the input, whatever its range.
Model Enlarger(int channels) {
  GraphBuilder g;
  const NodeId x = g.Conv(g.Input(channels), "same", channels, {.kernel = 1});
  Model model;
  model.graph = g.Finish({g.Apply(Resize{ResizeMode::kBilinear, 2, 1}, {x})});
  for (const Param& param : model.graph.params()) model.weights.emplace_back(param.shape);
  for (int c = 0; c < channels; ++c) model.weights[0].data[c * channels + c] = 1;
  model.info.scale = 2;
  return model;
}

// The same between clamps to what `low`..`high` may hold, which tells its range.
Model Clamped(float low, float high, int channels = 3) {
  const Model enlarger = Enlarger(channels);
  Model model = enlarger;
  const auto last = model.graph.output();
  // Numbers of a wrong range are far off: those beyond the clamp are cut, those far inside it are
  // shifted by a bias that is small for the right one.
  model.graph.AddNode({Clamp{low, high}, {last}, "clamp"});
  model.graph.SetOutputs({last + 1});
  for (int c = 0; c < channels; ++c) model.weights[1].data[c] = (high - low) / 200;
  return model;
}

class ImportModelTest : public testing::Test {
 protected:
  std::string Onnx(const Model& model) {
    const std::filesystem::path path = folder_ / "net.onnx";
    WriteFile(path, ByOthers(SerializeOnnx(model)));
    return path.string();
  }
  TemporaryFolder folder_;
};

TEST_F(ImportModelTest, WhatIsFoundOutIsStated) {
  const Imported imported = ImportModel(Onnx(Clamped(0, 255)), {});
  const ModelInfo& info = imported.model.info;
  EXPECT_EQ(info.scale, 2);
  EXPECT_EQ(info.pixel_range, 255);
  EXPECT_EQ(info.colour, "rgb");
  EXPECT_EQ(info.task, "super-resolution");
  EXPECT_EQ(info.network, "imported");
  EXPECT_EQ(info.provenance.at("imported_from"), "net.onnx");
  EXPECT_EQ(info.provenance.at("opset"), "13");
  ASSERT_EQ(imported.notes.size(), 3u);
  EXPECT_NE(imported.notes[0].find("scale 2"), std::string::npos);
  EXPECT_NE(imported.notes[1].find("rgb is assumed"), std::string::npos);
  EXPECT_NE(imported.notes[2].find("pixel range 0..255: found"), std::string::npos);
}

TEST_F(ImportModelTest, RangesAreTold) {
  EXPECT_EQ(ImportModel(Onnx(Clamped(0, 1)), {}).model.info.pixel_range, 1);
  const Model centred = ImportModel(Onnx(Clamped(-0.5f, 0.5f)), {}).model;
  EXPECT_EQ(centred.info.pixel_range, 1);
  EXPECT_EQ(centred.info.mean, (std::vector<float>{0.5f, 0.5f, 0.5f}));
}

TEST_F(ImportModelTest, WhatWinnowWroteIsTaken) {
  Model model = Enlarger(3);  // whose range cannot be told
  model.info.pixel_range = 255;
  model.info.mean = {1, 2, 3};
  model.info.colour = "bgr";
  model.info.licence = "CC0-1.0";
  model.info.provenance = {{"steps", "7"}};
  model.patterns[model.graph.FindParam("same.weight")] = {1, 3};
  const std::filesystem::path file = folder_ / "own.onnx";
  WriteOnnx(model, file);
  const Model again = ImportModel(file, {}).model;
  EXPECT_EQ(again.patterns, model.patterns);
  EXPECT_EQ(again.info.pixel_range, 255);
  EXPECT_EQ(again.info.mean, model.info.mean);
  EXPECT_EQ(again.info.colour, "bgr");
  EXPECT_EQ(again.info.licence, "CC0-1.0");
  EXPECT_EQ(again.info.provenance.at("steps"), "7");
  EXPECT_EQ(again.info.network, "imported");
  EXPECT_EQ(again.info.scale, 2);
  const Model told = ImportModel(file, {.range = "0..1", .colour = "rgb"}).model;
  EXPECT_EQ(told.info.pixel_range, 1);
  EXPECT_EQ(told.info.colour, "rgb");
}

TEST_F(ImportModelTest, WhatCannotBeToldIsAskedFor) {
  ExpectError(ErrorKind::kInvalidArgument, {"net.onnx: the range", "0..255", "--range"},
              [&] { ImportModel(Onnx(Enlarger(3)), {}); });
  EXPECT_EQ(ImportModel(Onnx(Enlarger(3)), {.range = "0..255"}).model.info.pixel_range, 255);
  ExpectError(ErrorKind::kInvalidArgument, {"no pixel range '0..7'; there are: 0..1, 0..255"},
              [&] { ImportModel(Onnx(Enlarger(3)), {.range = "0..7"}); });
}

TEST_F(ImportModelTest, NetworksThatDoNotRestoreAreRefused) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  Model mask;
  mask.graph = g.Finish({g.Conv(x, "mask", 1, {.kernel = 1})});
  for (const Param& param : mask.graph.params()) mask.weights.emplace_back(param.shape);
  ExpectError(ErrorKind::kUnsupported, {"net.onnx: makes 1 channels of 3", "restore a picture"},
              [&] { ImportModel(Onnx(mask), {}); });
}

TEST_F(ImportModelTest, OptionsThatContradictTheFile) {
  const std::string file = Onnx(Enlarger(3));
  ExpectError(ErrorKind::kInvalidArgument, {"enlarges 2 times, not 4"},
              [&] { ImportModel(file, {.scale = 4}); });
  ExpectError(ErrorKind::kInvalidArgument, {"leave --network"},
              [&] { ImportModel(file, {.network = "edsr"}); });
  ExpectError(ErrorKind::kInvalidArgument, {"'y' does not fit"},
              [&] { ImportModel(file, {.colour = "y"}); });
}

TEST_F(ImportModelTest, FilesOfOtherProgramsAreNamed) {
  for (const auto& [name, program] :
       {std::pair("net.ort", "ONNX Runtime"), std::pair("model.json", "TensorFlow.js"),
        std::pair("net.param", "ncnn")}) {
    try {
      ImportModel(folder_ / name, {});
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
      EXPECT_NE(std::string(error.what()).find(program), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("as ONNX"), std::string::npos) << error.what();
    }
  }
}

TEST_F(ImportModelTest, OneChannelIsLuminance) {
  EXPECT_EQ(ImportModel(Onnx(Clamped(0, 1, 1)), {}).model.info.colour, "y");
}

TEST_F(ImportModelTest, DryRunRefusesBrokenNetworks) {
  Model empty = Enlarger(3);
  for (Tensor& weight : empty.weights) std::ranges::fill(weight.data, 0.0f);
  ExpectError(ErrorKind::kUnsupported, {"net.onnx: its result on noise is the same everywhere"},
              [&] { ImportModel(Onnx(empty), {.range = "0..1"}); });
  Model endless = Enlarger(3);
  std::ranges::fill(endless.weights[0].data, 3e38f);
  ExpectError(ErrorKind::kUnsupported, {"net.onnx: its result on noise is not finite"},
              [&] { ImportModel(Onnx(endless), {.range = "0..255"}); });
}

TEST(PixelConvention, MinusOneToOneScalesTheGraph) {
  Model model = Clamped(-1, 1);
  model.weights[1] = Tensor({3});
  ApplyConvention("-1..1", model);
  EXPECT_EQ(model.info.mean, (std::vector<float>{0.5f, 0.5f, 0.5f}));
  Tensor input({3, 1, 1});
  input.data = {-0.5f, 0.25f, 0.75f};  // samples 0, 0.75 and one above white
  const Tensor result = RunReference(model, input).back();
  EXPECT_EQ(result.Row(0, 0)[0], -0.5f);
  EXPECT_EQ(result.Row(1, 0)[0], 0.25f);
  EXPECT_EQ(result.Row(2, 0)[0], 0.5f);
}

TEST(FindSizeMultiple, WhatStridesAndSkipsAskFor) {
  GraphBuilder g;
  const NodeId x = g.Input(3);
  const NodeId down = g.Conv(x, "down", 12, {.stride = 2});
  const NodeId deeper = g.Conv(down, "deeper", 48, {.stride = 2});
  const NodeId up = g.Apply(PixelShuffle{2}, {deeper});
  const Graph graph = g.Finish({g.Apply(PixelShuffle{2}, {g.Add(up, down)})});
  EXPECT_EQ(FindSizeMultiple(graph, 1), 4);

  GraphBuilder h;
  const Graph shrinking = h.Finish({h.Conv(h.Input(3), "valid", 3, {.pad = 0})});
  ExpectError(ErrorKind::kUnsupported, {"cut off the border"},
              [&] { FindSizeMultiple(shrinking, 1); });
}

}  // namespace
}  // namespace winnow
