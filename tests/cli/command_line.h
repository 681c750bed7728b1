// A folder with pictures and small models of its own for every test of the programs.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "formats/model_file.h"
#include "image/codec.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace winnow {

class CommandLineTest : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("WINNOW_MODELS", (folder_ / "models").c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
  }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  // A small network with random weights, found by `name`.
  void MakeModel(const std::string& name, const std::string& network, int scale,
                 std::map<std::string, int> settings = {{"width", 8}, {"blocks", 1}}) {
    Model model = BuildNetwork(network, {scale, std::move(settings)});
    FillWeights(model);
    model.info.name = name;
    std::filesystem::create_directories(folder_ / "models");
    WriteModel(model, folder_ / "models" / (name + ".safetensors"));
  }

  std::string MakePictureFile(const std::string& name, int width = 12, int height = 9,
                              int channels = 3, int bits = 8) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    WriteImage(MakePicture(width, height, channels, bits), folder_ / name);
    return Path(name);
  }

  static std::vector<std::string> CommandLine(std::vector<std::string> args) {
    args.insert(args.begin(), WINNOW_PROGRAM);
    return args;
  }
  static ProcessResult Winnow(const std::vector<std::string>& args, const std::string& input = "") {
    return RunProcess(CommandLine(args), input);
  }

  static void ExpectRefusal(const std::vector<std::string>& args, int exit_code,
                            const std::string& text) {
    const ProcessResult result = Winnow(args);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "");
  }

  static nlohmann::json Json(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return nlohmann::json::parse(result.out);
  }

  std::vector<std::string> FilesIn(const std::string& name) const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / name)) {
      files.push_back(entry.path().filename().string());
    }
    std::ranges::sort(files);
    return files;
  }

  TemporaryFolder folder_;
};

}  // namespace winnow
