// Every command but restore and train.
#include <cmath>

#include "cli/command_line.h"
#include "formats/latency_json.h"
#include "formats/safetensors.h"
#include "image/bicubic.h"
#include "image/quality.h"

namespace winnow {
namespace {

using CommandsTest = CommandLineTest;
using Strings = std::vector<std::string>;

TEST_F(CommandsTest, HelpAndVersion) {
  EXPECT_EQ(Winnow({"--version"}).out.substr(0, 7), "winnow ");
  const ProcessResult help = Winnow({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* name : {"restore", "eval", "info", "import", "export", "train", "bench"}) {
    EXPECT_NE(help.out.find(name), std::string::npos);
    const ProcessResult of_command = Winnow({name, "--help"});
    EXPECT_EQ(of_command.exit_code, 0);
    EXPECT_NE(of_command.out.find("Example: winnow " + std::string(name)), std::string::npos);
  }
}

TEST_F(CommandsTest, UsageErrors) {
  ExpectRefusal({}, 2, "subcommand");
  ExpectRefusal({"enhance"}, 2, "unknown command 'enhance'; there are: restore, ");
  ExpectRefusal({"restore", "--frobnicate"}, 2, "required");
  ExpectRefusal({"bench", "-m", "x", "-j", "0"}, 2, "threads");
  ExpectRefusal({"eval", "-m", "x", "--set", "y", "--executor", "z"}, 2, "executor");
}

TEST_F(CommandsTest, InfoOfANetwork) {
  const nlohmann::json edsr = Json(Winnow({"info", "edsr", "--json"}));
  EXPECT_EQ(edsr["conv_weights"], 1514880);
  EXPECT_EQ(edsr["params"], 1517571);
  EXPECT_EQ(edsr["output"], nlohmann::json({3, 720, 1280}));
  EXPECT_EQ(edsr["receptive_field"]["halo"], 36);
  EXPECT_NE(Winnow({"info", "edsr"}).out.find("114.491"), std::string::npos);
  EXPECT_EQ(Json(Winnow({"info", "unet", "--json"}))["input"], nlohmann::json({3, 720, 1280}));
  const nlohmann::json small =
      Json(Winnow({"info", "srvgg", "-s", "2", "--set", "width=8", "--size", "5x4", "--json"}));
  EXPECT_EQ(small["output"], nlohmann::json({3, 8, 10}));
  EXPECT_NE(Winnow({"info", "edsr", "--dump"}).out.find("conv2d"), std::string::npos);
}

TEST_F(CommandsTest, InfoOfAModel) {
  MakeModel("small", "srvgg", 2);
  const nlohmann::json json = Json(Winnow({"info", "small", "--json"}));
  EXPECT_EQ(json["network"], "srvgg");
  EXPECT_EQ(json["nonzero_weights"], json["conv_weights"]);
  EXPECT_EQ(json["layers"].size(), 3u);
  const nlohmann::json list = Json(Winnow({"info", "--json"}));
  EXPECT_TRUE(list["networks"].contains("rfdn"));
  EXPECT_NE(std::ranges::find(list["models"], "small"), list["models"].end());
}

TEST_F(CommandsTest, InfoRefusals) {
  MakeModel("small", "srvgg", 2);
  ExpectRefusal({"info", "none"}, 3, "no model file or built-in model 'none'");
  ExpectRefusal({"info", "small", "-s", "2"}, 2, "a model has its own");
  ExpectRefusal({"info", "edsr", "--size", "12"}, 2, "320x180");
  ExpectRefusal({"info", "edsr", "--set", "width"}, 2, "width=48");
  ExpectRefusal({"info", "edsr", "--set", "depth=3"}, 2, "depth");
  Spill(folder_ / "bad.safetensors", "nonsense");
  ExpectRefusal({"info", Path("bad.safetensors")}, 3, "bad.safetensors");
}

TEST_F(CommandsTest, ImportMakesAModel) {
  Model model = BuildNetwork("srvgg", {2, {{"width", 4}, {"blocks", 1}}});
  FillWeights(model);
  TensorFile weights;
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    weights.tensors[model.graph.params()[i].name] = model.weights[i];
  }
  weights.tensors["stray"] = Tensor({1});
  Spill(folder_ / "weights.safetensors", SerializeSafetensors(weights));
  const Strings args = {"import",    Path("weights.safetensors"),
                        "--network", "srvgg",
                        "-s",        "2",
                        "--set",     "width=4",
                        "--set",     "blocks=1",
                        "-o",        Path("model.safetensors")};
  const ProcessResult result = Winnow(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("srvgg x2, pixels rgb 0..1"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("  stray\n"), std::string::npos) << result.out;
  EXPECT_EQ(ReadModel(folder_ / "model.safetensors").weights, model.weights);

  ExpectRefusal(args, 2, "--force");
  Strings foreign = args;
  foreign.back() = Path("model.onnx");
  ExpectRefusal(foreign, 2, "model.onnx: what is written is a model file of Winnow's");
  Strings forced = args;
  forced.insert(forced.end(), {"--force", "--json"});
  EXPECT_EQ(Json(Winnow(forced))["unused_tensors"], nlohmann::json({"stray"}));
  Strings other = args;
  other[7] = "width=8";
  other.push_back("--force");
  ExpectRefusal(other, 2, "body.0.weight");
}

TEST_F(CommandsTest, ExportedFilesComeBack) {
  MakeModel("small", "srvgg", 2);
  const Model model = ReadModel(Path("models/small.safetensors"));
  const ProcessResult onnx = Winnow({"export", "small", "-o", Path("small.onnx")});
  EXPECT_EQ(onnx.exit_code, 0) << onnx.err;
  EXPECT_NE(onnx.out.find("small.onnx: "), std::string::npos) << onnx.out;
  ExpectRefusal({"restore", "a.png", "-m", Path("small.onnx"), "-o", Path("b.png")}, 3,
                "winnow import");
  const ProcessResult imported =
      Winnow({"import", Path("small.onnx"), "-o", Path("again.safetensors")});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_NE(imported.out.find("as Winnow wrote in the file"), std::string::npos) << imported.out;

  const Strings weights = {"export", "small", "-o", Path("weights.safetensors")};
  EXPECT_EQ(Winnow(weights).exit_code, 0);
  ExpectRefusal(weights, 2, "--force");
  EXPECT_EQ(
      Winnow({"import", Path("weights.safetensors"), "-o", Path("third.safetensors")}).exit_code,
      0);
  EXPECT_EQ(ReadModel(Path("third.safetensors")).weights, model.weights);
  const nlohmann::json json =
      Json(Winnow({"export", "small", "-o", Path("dense.safetensors"), "--densify", "--json"}));
  EXPECT_EQ(json["bytes"], std::filesystem::file_size(Path("dense.safetensors")));
  EXPECT_EQ(ReadModel(Path("dense.safetensors")), model);
}

TEST_F(CommandsTest, ExportRefusals) {
  MakeModel("small", "srvgg", 2);
  ExpectRefusal({"export", "small", "-o", Path("small.bin")}, 2, ".onnx or .safetensors");
  ExpectRefusal({"export", "small", "-o", Path("a.onnx"), "--densify"}, 2, "for .safetensors");
  ExpectRefusal({"export", "small", "-o", Path("a.safetensors"), "--size", "8x8"}, 2, "for .onnx");
  ExpectRefusal({"export", "small", "-o", Path("a.onnx"), "--range", "-1..1"}, 2, "0..255");
}

TEST_F(CommandsTest, EvalOfTheBaseline) {
  const Image sharp = MakePicture(40, 32);
  std::filesystem::create_directories(folder_ / "set");
  WriteImage(sharp, folder_ / "set/a.png");
  const nlohmann::json json =
      Json(Winnow({"eval", "-m", "bicubic", "-s", "2", "--set", Path("set"), "--json"}));
  EXPECT_EQ(json["protocol"], "y-shave2");
  const Image restored = ResizeBicubic(ResizeBicubic(sharp, 1, 2), 2, 1);
  EXPECT_DOUBLE_EQ(json["sets"][0]["mean"]["psnr"], Compare(restored, sharp, {true, 2}).psnr);
  ExpectRefusal({"eval", "-m", "bicubic", "--set", Path("set")}, 2, "needs a scale");
}

TEST_F(CommandsTest, EvalOfAModelByBothExecutors) {
  MakeModel("small", "srvgg", 2);
  MakePictureFile("set/a.png", 40, 32);
  MakePictureFile("set/b.png", 17, 23);
  const Strings args = {"eval", "-m", "small", "--set", Path("set"), "--protocol", "rgb"};
  EXPECT_NE(Winnow(args).out.find("mean"), std::string::npos);
  std::vector<double> psnr;
  for (const char* executor : {"engine", "reference"}) {
    Strings with = args;
    with.insert(with.end(), {"--executor", executor, "--json"});
    const nlohmann::json json = Json(Winnow(with));
    ASSERT_EQ(json["sets"][0]["images"].size(), 2u);
    psnr.push_back(json["sets"][0]["mean"]["psnr"]);
  }
  EXPECT_NEAR(psnr[0], psnr[1], 1e-3);
  ExpectRefusal({"eval", "-m", "small", "--set", Path("none")}, 3, "none");
  ExpectRefusal({"eval", "-m", "small", "--set", Path("set"), "--protocol", "x"}, 2, "protocol");
  ExpectRefusal({"eval", "-m", "small", "-s", "4", "--set", Path("set")}, 2, "out of its reach");
}

// Where the processor computes in half precision it says what that costs, elsewhere why not.
TEST_F(CommandsTest, SynthMakesASetToEvaluateOn) {
  MakeModel("deblur", "unet", 1);
  MakePictureFile("photos/a.png", 40, 30);
  const ProcessResult made = Winnow(
      {"synth", Path("photos"), "-o", Path("pairs"), "--copies", "2", "--sharp", "0", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(nlohmann::json::parse(made.out)["pairs"], 2);
  EXPECT_NE(ReadImage(Path("pairs/blur/a_1.png")), ReadImage(Path("pairs/sharp/a_1.png")));
  const ProcessResult result = Winnow({"eval", "-m", "deblur", "--set", Path("pairs"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["sets"][0]["images"].size(), 2u);
  ExpectRefusal({"synth", Path("photos"), "-o", Path("pairs"), "--copies", "2"}, 2, "--force");
  ExpectRefusal({"synth", Path("photos"), "-o", Path("p"), "--path", "-1"}, 2, "'path'");
}

TEST_F(CommandsTest, EvalInHalfPrecision) {
  MakeModel("small", "srvgg", 2);
  MakePictureFile("set/a.png", 40, 32);
  const Strings args = {"eval",      "-m",          "small", "--set",
                        Path("set"), "--precision", "fp16",  "--json"};
  const ProcessResult result = Winnow(args);
  if (result.exit_code == 0) {
    EXPECT_LT(std::abs(Json(result)["sets"][0]["psnr_cost"].get<double>()), 0.1);
  } else {
    ExpectRefusal(args, 3, "precision fp16: ");
  }
  ::setenv("WINNOW_KERNEL", "highway", 1);
  ExpectRefusal(args, 3, "precision fp16: ");
  ::unsetenv("WINNOW_KERNEL");
}

TEST_F(CommandsTest, Bench) {
  MakeModel("small", "srvgg", 2);
  const nlohmann::json json =
      Json(Winnow({"bench", "-m", "small", "--size", "20x10", "--runs", "2", "--json"}));
  EXPECT_GT(json["ms"], 0.0);
  EXPECT_FALSE(json["layers"].empty());
  const ProcessResult text =
      Winnow({"bench", "-m", "small", "--size", "20x10", "--runs", "1", "-j", "1"});
  EXPECT_NE(text.out.find("GMAC/s"), std::string::npos);
  EXPECT_NE(text.out.find("1 thread,"), std::string::npos);
}

TEST_F(CommandsTest, PlanSaysWhatRunsAndWhy) {
  MakeModel("small", "srvgg", 2);
  const nlohmann::json plan =
      Json(Winnow({"info", "small", "--plan", "--size", "20x10", "-j", "1", "--json"}));
  EXPECT_GT(plan["arena_bytes"], 0);
  double predicted = 0;
  for (const nlohmann::json& step : plan["steps"]) {
    if (step["nonzero_macs"] == 0) continue;
    EXPECT_GT(step["predicted_ms"], 0.0);
    EXPECT_NE(step["why"], "");
    predicted += step["predicted_ms"].get<double>();
  }
  EXPECT_NEAR(plan["predicted_convolutions_ms"], predicted, 1e-9);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "cache" / "winnow"));  // it was calibrated
  const std::string text =
      Winnow({"info", "srvgg", "--set", "width=4", "--plan", "--size", "20x10"}).out;
  EXPECT_NE(text.find("% of peak"), std::string::npos) << text;
  ExpectRefusal({"info", "small", "-j", "1"}, 2, "--plan");
  ExpectRefusal({"info", "small", "--precision", "fast"}, 2, "--plan");
}

TEST_F(CommandsTest, LatencyTable) {
  MakeModel("small", "srvgg", 2);
  Strings args = {"bench",  "-m",    "small",  "--layers", "--m", "8", "--n", "2,4",
                  "--size", "20x10", "--runs", "1",        "-j",  "1", "-o",  Path("table.json")};
  const ProcessResult text = Winnow(args);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("4:8"), std::string::npos) << text.out;
  const LatencyTable table = ReadLatencyTable(Path("table.json"));
  EXPECT_EQ(table.m, 8);
  EXPECT_EQ(table.layers.size(), 1u);
  ExpectRefusal(args, 2, "table.json: exists; --force overwrites it");
  args.push_back("--force");
  EXPECT_EQ(Winnow(args).exit_code, 0);
  ExpectRefusal({"bench", "-m", "small", "--layers", "--m", "8", "--n", "9"}, 2, "1..8");
  ExpectRefusal({"bench", "-m", "small", "--n", "2"}, 2, "--layers");
  ExpectRefusal({"bench"}, 2, "which model");
  for (Strings args : {Strings{"bench", "--layers", "-m", "small"},
                       {"bench", "-m", "small"},
                       {"info", "small", "--plan"}}) {
    args.insert(args.end(), {"--size", "131072x131072"});
    ExpectRefusal(args, 3, "small: an input of 131072x131072 takes ");
  }
  ExpectRefusal({"info", "dmphn", "--plan", "--size", "65x63"}, 2, "use 80x64");
  // Before the work.
  ExpectRefusal({"bench", "-m", "small", "--layers", "-o", Path("nowhere/table.json")}, 3,
                "nowhere: cannot write here");
}

TEST_F(CommandsTest, WithoutItsSiblingThereIsNoTraining) {
  std::filesystem::copy_file(WINNOW_PROGRAM, folder_ / "winnow");
  const ProcessResult result = RunProcess({Path("winnow"), "train", "recipe.toml"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("built without training"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace winnow
