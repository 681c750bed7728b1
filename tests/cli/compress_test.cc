#include "cli/command_line.h"

namespace winnow {
namespace {

using Strings = std::vector<std::string>;

class CompressTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("small", "srvgg", 2, {{"width", 8}, {"blocks", 3}});
    for (const char* name : {"photos/a.png", "photos/b.png"}) MakePictureFile(name, 96, 80);
  }

  Strings Arguments(const Strings& more = {}) const {
    Strings args = {"compress",    "small",
                    "--data",      Path("photos"),
                    "-o",          Path("out.safetensors"),
                    "--crop-size", "12",
                    "--crops",     "4",
                    "--m",         "8"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
};

TEST_F(CompressTest, MakesASparseModel) {
  const nlohmann::json json = Json(Winnow(Arguments({"--budget", "0.5", "--json"})));
  EXPECT_LE(json["kept"], 0.5 + 1e-9);
  EXPECT_GT(json["kept"], 0.4);
  EXPECT_EQ(json["layers"].size(), 3u);
  EXPECT_GT(json["psnr_to_dense"], 10);
  EXPECT_EQ(json["measured_on"]["crops"], 4);
  EXPECT_EQ(json["measured_on"]["pictures"], 2);
  EXPECT_EQ(json["measured_on"]["seen_by"], "fit");
  EXPECT_EQ(json["bytes"], std::filesystem::file_size(Path("out.safetensors")));

  const Model model = ReadModel(Path("out.safetensors"));
  EXPECT_EQ(model.info.name, "out");
  EXPECT_FALSE(model.patterns.empty());
  EXPECT_EQ(model.info.provenance.at("compressed_from"), "small");
  EXPECT_EQ(model.info.provenance.at("compression_method"), "greedy");
  EXPECT_NE(model.info.provenance.at("calibration_data").find("4 crops of 12x12 of 2 pictures"),
            std::string::npos);
  EXPECT_EQ(Winnow({"eval", "-m", Path("out.safetensors"), "--set", Path("photos")}).exit_code, 0);
}

TEST_F(CompressTest, NetworksOfOtherProjectsAreImportedFirst) {
  ASSERT_EQ(Winnow({"export", "small", "-o", Path("net.onnx")}).exit_code, 0);
  Strings args = Arguments({"--budget", "0.5"});
  args[1] = Path("net.onnx");
  const ProcessResult result = Winnow(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("out.dense.safetensors: the dense network of"), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("scale 2"), std::string::npos) << result.err;
  EXPECT_EQ(ReadModel(Path("out.safetensors")).info.provenance.at("compressed_from"), "net");
  EXPECT_TRUE(ReadModel(Path("out.dense.safetensors")).patterns.empty());
  args.push_back("--force");
  EXPECT_EQ(Winnow(args).exit_code, 0);
  // Another's file of that name stays.
  std::filesystem::copy_file(Path("models/small.safetensors"), Path("other.dense.safetensors"));
  *(std::ranges::find(args, "-o") + 1) = Path("other.safetensors");
  args.pop_back();
  ExpectRefusal(args, 2, "other.dense.safetensors");
}

TEST_F(CompressTest, WhatAFileDoesNotSayIsTold) {
  ASSERT_EQ(Winnow({"export", "small", "-o", Path("net.onnx")}).exit_code, 0);
  Strings args = Arguments({"--budget", "0.5", "--range", "0..255", "--colour", "bgr"});
  args[1] = Path("net.onnx");
  args[2] = "--calib";  // the same as --data
  const ProcessResult result = Winnow(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* name : {"out.dense.safetensors", "out.safetensors"}) {
    const ModelInfo info = ReadModel(Path(name)).info;
    EXPECT_EQ(info.pixel_range, 255) << name;
    EXPECT_EQ(info.colour, "bgr") << name;
  }
  args[1] = "small";
  args.push_back("--force");
  ExpectRefusal(args, 2, "small: --range and --colour are for networks that are imported");
  ExpectRefusal({"compress", "small", "--data", Path("photos"), "-o", Path("a.onnx")}, 2,
                "winnow export writes ONNX");
}

TEST_F(CompressTest, AFailureLeavesNoImportedNetwork) {
  ASSERT_EQ(Winnow({"export", "small", "-o", Path("net.onnx")}).exit_code, 0);
  std::filesystem::create_directories(Path("empty"));
  const auto expect_failure = [&](const Strings& more, const std::string& photos, int exit_code,
                                  const std::string& text) {
    Strings args = Arguments(more);
    args[1] = Path("net.onnx");
    args[3] = Path(photos);
    const ProcessResult result = Winnow(args);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(Path("out.dense.safetensors"))) << text;
    return result.err;
  };
  const std::string imported = "the dense network of";
  for (const std::string& message : {expect_failure({"--budget", "2"}, "photos", 2, "bad budget"),
                                     expect_failure({}, "empty", 2, "no picture"),
                                     expect_failure({}, "absent", 3, "no such folder")}) {
    EXPECT_EQ(message.find(imported), std::string::npos) << "imported before: " << message;
  }
  // What only the network tells.
  const std::string message = expect_failure({"--budget", "0.01"}, "photos", 2, "budget");
  EXPECT_NE(message.find(imported), std::string::npos) << message;
  // A file that was there before stays.
  Strings args = Arguments();
  args[1] = Path("net.onnx");
  ASSERT_EQ(Winnow(args).exit_code, 0);
  args.insert(args.end(), {"--budget", "0.01", "--force"});
  EXPECT_EQ(Winnow(args).exit_code, 2);
  EXPECT_TRUE(std::filesystem::exists(Path("out.dense.safetensors")));
}

TEST_F(CompressTest, TheSameSeedGivesTheSameFile) {
  ASSERT_EQ(Winnow(Arguments({"-j", "1"})).exit_code, 0);
  const std::string first = Slurp(Path("out.safetensors"));
  ASSERT_EQ(Winnow(Arguments({"-j", "2", "--force"})).exit_code, 0);
  EXPECT_EQ(Slurp(Path("out.safetensors")), first);
  ASSERT_EQ(Winnow(Arguments({"--seed", "2", "--force"})).exit_code, 0);
  EXPECT_NE(Slurp(Path("out.safetensors")), first);
}

TEST_F(CompressTest, PrintsATable) {
  const ProcessResult result = Winnow(Arguments());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* text :
       {"layer", "N:M", "kept of the prunable MMACs", "parameters", "compressed"}) {
    EXPECT_NE(result.out.find(text), std::string::npos) << text;
  }
}

TEST_F(CompressTest, MeasuresOnPicturesThatWereNotFittedTo) {
  for (const char* name : {"photos/c.png", "photos/d.png", "photos/e.png"}) {
    MakePictureFile(name, 48, 40);
  }
  const nlohmann::json json = Json(Winnow(Arguments({"--json"})));
  EXPECT_EQ(json["measured_on"]["pictures"], 1);
  EXPECT_EQ(json["measured_on"]["seen_by"], "nothing");
  EXPECT_NE(Winnow(Arguments({"--force"})).out.find("4 crops of 1 picture, held out"),
            std::string::npos);
}

TEST_F(CompressTest, SaysWhereThereIsNothingToMeasureOn) {
  Strings args = Arguments({"--json"});
  *(std::ranges::find(args, "--crop-size") + 1) = "40";
  const ProcessResult result = Winnow(args);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("the model is not measured"), std::string::npos) << result.err;
  EXPECT_FALSE(nlohmann::json::parse(result.out).contains("psnr_to_dense"));
}

TEST_F(CompressTest, BudgetsOfMultiplyAddsAndOfTime) {
  const nlohmann::json info = Json(Winnow({"info", "small", "--json"}));
  const double gmacs = info["conv_macs"].get<double>() / 1e9;
  const nlohmann::json by_macs =
      Json(Winnow(Arguments({"--budget", std::to_string(0.7 * gmacs) + "G", "--force", "--json"})));
  const nlohmann::json smaller = Json(Winnow({"info", Path("out.safetensors"), "--json"}));
  EXPECT_LE(smaller["nonzero_macs"].get<double>(), 0.7 * gmacs * 1e9 * (1 + 1e-6));
  EXPECT_EQ(by_macs["cost_unit"], "MMACs");

  ASSERT_EQ(Winnow({"bench", "--layers", "-m", "small", "--m", "8", "--size", "32x24", "--runs",
                    "1", "-j", "1", "-o", Path("table.json")})
                .exit_code,
            0);
  const Strings of_time = {"--latency-table", Path("table.json"), "--force", "--json", "--budget"};
  Strings args = Arguments(of_time);
  args.push_back("latency=1000000ms");
  const nlohmann::json by_time = Json(Winnow(args));
  EXPECT_EQ(by_time["cost_unit"], "ms");
  EXPECT_EQ(by_time["kept"], 1);
  args.back() = "latency=0.000001x";
  ExpectRefusal(args, 2, "of what cannot be pruned");
  ExpectRefusal(Arguments({"--budget", "latency=5ms", "--force"}), 2, "--latency-table");
  args.back() = "latency=1x";
  args.insert(args.end(), {"--m", "16"});
  ExpectRefusal(args, 2, "--m");
}

TEST_F(CompressTest, Refusals) {
  ExpectRefusal({"compress", "small"}, 2, "--data");
  ExpectRefusal(Arguments({"--method", "magic"}), 2, "magic");
  ExpectRefusal(Arguments({"--budget", "0.01"}), 2, "budget");
  ExpectRefusal(Arguments({"--budget", "a lot"}), 2, "budget");
  Strings empty = Arguments();
  empty[3] = Path("models");
  ExpectRefusal(empty, 2, "no picture in this folder");
  empty[3] = Path("nowhere");
  ExpectRefusal(empty, 3, "no such folder");

  ASSERT_EQ(Winnow(Arguments()).exit_code, 0);
  ExpectRefusal(Arguments(), 2, "--force overwrites it");
  Strings unwritable = Arguments();
  unwritable[5] = Path("nowhere/out.safetensors");
  ExpectRefusal(unwritable, 3, "nowhere: cannot write here");
  Strings again = Arguments();
  again[1] = Path("out.safetensors");
  again[5] = Path("twice.safetensors");
  ExpectRefusal(again, 2, "sparse already");
}

}  // namespace
}  // namespace winnow
