#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/command_line.h"

namespace winnow {
namespace {

using Strings = std::vector<std::string>;

class CompressTrainingTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("small", "srvgg", 2, {{"width", 8}, {"blocks", 3}});
    for (const char* name : {"photos/a.png", "more/b.png"}) MakePictureFile(name, 48, 40);
  }

  Strings Arguments(const std::string& method, const Strings& more = {}) const {
    Strings args = {"compress",
                    "small",
                    "--method",
                    method,
                    "--data",
                    Path("photos"),
                    Path("more"),
                    "-o",
                    Path("out.safetensors"),
                    "--crop-size",
                    "12",
                    "--crops",
                    "4",
                    "--m",
                    "8",
                    "--budget",
                    "0.5",
                    "--steps",
                    "3",
                    "--batch",
                    "2",
                    "--patch",
                    "8",
                    "-j",
                    "1"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
};

TEST_F(CompressTrainingTest, EveryMethodMeetsTheBudget) {
  for (const std::string method : {"sr-ste", "one-shot", "domino", "filter"}) {
    const nlohmann::json json =
        Json(Winnow(Arguments(method, {"--force", "--json", "--run", Path(method)})));
    EXPECT_LE(json["kept"], 0.5 + 1e-9) << method;
    EXPECT_GT(json["kept"], 0.3) << method;
    EXPECT_EQ(json["layers"].size(), 3u);
    EXPECT_EQ(json["layers"][0].contains("n"), method != "filter");
    EXPECT_GT(json["psnr_compressed"], 1);
    EXPECT_EQ(json["measured_on"]["seen_by"], "training");
    EXPECT_LT(json["nonzero_params"], 0.8 * 2884);  // of the dense model's
    const Model model = ReadModel(Path("out.safetensors"));
    EXPECT_EQ(model.info.name, "out");
    EXPECT_EQ(model.patterns.empty(), method == "filter");
    EXPECT_EQ(model.info.provenance.at("compressed_from"), "small");
    EXPECT_EQ(model.info.provenance.at("compression_method"), method);
    EXPECT_EQ(model.info.provenance.at("compression_budget"), "0.5");
  }
}

TEST_F(CompressTrainingTest, ASearchThatWasTooShortIsWarnedOf) {
  const ProcessResult result = Winnow(Arguments("sls"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("the budget was not met"), std::string::npos) << result.err;
  for (const char* text : {"layer", "N:M", "kept of the prunable MMACs", "compressed"}) {
    EXPECT_NE(result.out.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(result.out.find("loss dB"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(Path("out.run/log.jsonl")));
}

TEST_F(CompressTrainingTest, ASearchIsAsFastAsItsScheduleIsShort) {
  for (const auto& [steps, rate] : {std::pair{"500", "0.008"}, std::pair{"8000", "0.002"}}) {
    const std::string recipe = Path(std::string("sls-") + steps + ".toml");
    Strings args = Arguments("sls", {"--write-recipe", recipe});
    *(std::ranges::find(args, "--steps") + 1) = steps;
    const ProcessResult written = Winnow(args);
    ASSERT_EQ(written.exit_code, 0) << written.err;
    const std::string text = Slurp(recipe);
    EXPECT_NE(text.find(std::string("score_learning_rate = ") + rate), std::string::npos) << text;
  }
}

TEST_F(CompressTrainingTest, TheRecipeItWritesGivesTheSameModel) {
  ASSERT_EQ(Winnow(Arguments("domino")).exit_code, 0);
  const std::string recipe = Path("recipes/domino.toml");
  std::filesystem::create_directories(Path("recipes"));
  const ProcessResult written = Winnow(Arguments("domino", {"--write-recipe", recipe}));
  EXPECT_EQ(written.exit_code, 0) << written.err;
  const ProcessResult trained = Winnow({"train", recipe, "--run", Path("run"), "-j", "1"});
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_TRUE(Slurp(Path("run/out.safetensors")) == Slurp(Path("out.safetensors")));
  ExpectRefusal(Arguments("domino", {"--write-recipe", recipe}), 2, "--force overwrites it");
  ExpectRefusal(Arguments("greedy", {"--write-recipe", Path("r"), "--force"}), 2, "methods that");
}

TEST_F(CompressTrainingTest, InterruptedAndResumedTheResultIsTheSame) {
  const auto args = [&](const std::string& run, const Strings& more = {}) {
    Strings all = Arguments("sls", {"--force", "--run", Path(run)});
    *(std::ranges::find(all, "--steps") + 1) = "300";
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  ASSERT_EQ(Winnow(args("at once")).exit_code, 0);
  const std::string expected = Slurp(Path("out.safetensors"));
  Process process(CommandLine(args("stopped")));
  while (process.Running() && Slurp(Path("stopped/checkpoint.safetensors")).empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  process.Signal(SIGINT);
  ASSERT_EQ(process.Wait().exit_code, 130);
  ExpectRefusal(args("stopped"), 2, "resume");
  ASSERT_EQ(Winnow(args("stopped", {"--resume"})).exit_code, 0);
  EXPECT_TRUE(Slurp(Path("out.safetensors")) == expected);
}

TEST_F(CompressTrainingTest, BudgetsOfMultiplyAddsAndOfTime) {
  const nlohmann::json info = Json(Winnow({"info", "small", "--json"}));
  const double gmacs = info["conv_macs"].get<double>() / 1e9;
  Strings args = Arguments("filter", {"--force", "--json", "--run", Path("gmacs")});
  const auto budget = std::ranges::find(args, "--budget") - args.begin() + 1;
  args[budget] = std::to_string(0.7 * gmacs) + "G";
  Json(Winnow(args));
  const nlohmann::json smaller = Json(Winnow({"info", Path("out.safetensors"), "--json"}));
  EXPECT_LE(smaller["conv_macs"].get<double>(), 0.7 * gmacs * 1e9);

  ASSERT_EQ(Winnow({"bench", "--layers", "-m", "small", "--m", "8", "--size", "32x24", "--runs",
                    "1", "-j", "1", "-o", Path("table.json")})
                .exit_code,
            0);
  for (const std::string method : {"one-shot", "domino", "sls"}) {
    args = Arguments(method, {"--force", "--json", "--run", Path(method), "--latency-table",
                              Path("table.json")});
    args[budget] = "latency=1000000ms";
    const nlohmann::json by_time = Json(Winnow(args));
    EXPECT_EQ(by_time["cost_unit"], "ms");
    EXPECT_LE(by_time["kept"], 1 + 1e-9);
  }
  args[budget] = "0.5";
  ExpectRefusal(args, 2, "--latency-table");
  args = Arguments("filter", {"--latency-table", Path("table.json"), "--force"});
  args[budget] = "latency=0.9x";
  ExpectRefusal(args, 2, "filter pruning takes budgets of multiply-adds");
}

TEST_F(CompressTrainingTest, NetworksThatRemoveBlurTakePairs) {
  MakeModel("blurred", "srn", 1, {{"width", 4}, {"blocks", 1}});
  for (const char* name : {"sharp/a.png", "sharper/b.png"}) MakePictureFile(name, 48, 40);
  Strings args = Arguments("one-shot");
  args[1] = "blurred";
  *(std::ranges::find(args, "--patch") + 1) = "16";
  Strings photos = args;
  photos.insert(photos.end(), {"--labels", "photos", "--write-recipe", Path("blurred.toml")});
  ASSERT_EQ(Winnow(photos).exit_code, 0);
  EXPECT_NE(Slurp(Path("blurred.toml")).find("[data.blur]"), std::string::npos);
  EXPECT_EQ(Winnow({"train", Path("blurred.toml"), "--run", Path("blurred"), "-j", "1"}).exit_code,
            0);
  args.insert(args.end(), {"--target", Path("sharp"), Path("sharper")});
  EXPECT_EQ(Winnow(args).exit_code, 0);
  EXPECT_EQ(ReadModel(Path("out.safetensors")).info.task, "deblurring");
}

TEST_F(CompressTrainingTest, ASetOfPairsStandsForItsFolders) {
  MakeModel("blurred", "srn", 1, {{"width", 4}, {"blocks", 1}});
  for (const char* name :
       {"set/s1/blur/a.png", "set/s1/sharp/a.png", "set/s2/blur/b.png", "set/s2/sharp/b.png"}) {
    MakePictureFile(name, 48, 40);
  }
  Strings args = Arguments("one-shot", {"--write-recipe", Path("pairs.toml")});
  args[1] = "blurred";
  *(std::ranges::find(args, "--patch") + 1) = "16";
  const auto data = std::ranges::find(args, "--data") + 1;
  args.erase(data + 1);
  *data = Path("set");
  ASSERT_EQ(Winnow(args).exit_code, 0);
  const std::string recipe = Slurp(Path("pairs.toml"));
  for (const char* folder : {"s1/blur", "s1/sharp", "s2/blur", "s2/sharp"}) {
    EXPECT_NE(recipe.find(folder), std::string::npos) << folder;
  }
  EXPECT_EQ(recipe.find("teacher"), std::string::npos);
  args.insert(args.end(), {"--labels", "teacher", "--force"});
  ASSERT_EQ(Winnow(args).exit_code, 0);
  EXPECT_EQ(Slurp(Path("pairs.toml")).find("sharp"), std::string::npos);
  args.insert(args.end(), {"--target", Path("set/s1/sharp")});
  ExpectRefusal(args, 2, "sharp pictures of its own");
}

TEST_F(CompressTrainingTest, APhotographIsBlurredBesideASetOfPairs) {
  MakeModel("blurred", "unet", 1, {{"width", 4}});
  MakePictureFile("photos/c.png", 48, 40);
  for (const char* name : {"set/blur/a.png", "set/sharp/a.png"}) MakePictureFile(name, 48, 40);
  Strings args = Arguments("one-shot", {"--write-recipe", Path("mixed.toml")});
  args[1] = "blurred";
  *(std::ranges::find(args, "--patch") + 1) = "16";
  const auto data = std::ranges::find(args, "--data") + 1;
  data[0] = Path("photos");
  data[1] = Path("set");
  ASSERT_EQ(Winnow(args).exit_code, 0);
  const std::string recipe = Slurp(Path("mixed.toml"));
  for (const std::string& line :
       {"hr = [ \"" + Path("photos"), "input = [ \"" + Path("set/blur"),
        "target = [ \"" + Path("set/sharp"), std::string("[data.blur]")}) {
    EXPECT_NE(recipe.find(line), std::string::npos) << line << " in\n" << recipe;
  }
  const ProcessResult result =
      Winnow({"train", Path("mixed.toml"), "--run", Path("mixed"), "-j", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  // Sharp pictures that the user names belong to every folder.
  data[1] = Path("photos");
  args.insert(args.end(), {"--target", Path("photos"), "--force"});
  ExpectRefusal(args, 2, "for each folder of inputs");
}

TEST_F(CompressTrainingTest, ATeacherIsEnoughForNetworksOfWhichNothingElseIsKnown) {
  MakeModel("blurred", "srn", 1, {{"width", 4}, {"blocks", 1}});
  Strings args = Arguments("one-shot", {"--write-recipe", Path("blurred.toml")});
  args[1] = "blurred";
  *(std::ranges::find(args, "--patch") + 1) = "16";
  ASSERT_EQ(Winnow(args).exit_code, 0);
  EXPECT_NE(Slurp(Path("blurred.toml")).find("photos"), std::string::npos);
  EXPECT_EQ(Winnow({"train", Path("blurred.toml"), "--run", Path("blurred"), "-j", "1"}).exit_code,
            0);
  // Enlarging with --labels: both ways.
  ASSERT_EQ(
      Winnow(Arguments("one-shot", {"--write-recipe", Path("a"), "--labels", "teacher"})).exit_code,
      0);
  EXPECT_NE(Slurp(Path("a")).find("teacher"), std::string::npos);
  ASSERT_EQ(Winnow(Arguments("one-shot", {"--write-recipe", Path("b")})).exit_code, 0);
  EXPECT_EQ(Slurp(Path("b")).find("teacher"), std::string::npos);
  Model imported = ReadModel(Path("models/small.safetensors"));
  imported.info.network = "imported";
  WriteModel(imported, Path("models/small.safetensors"));
  ASSERT_EQ(Winnow(Arguments("one-shot", {"--write-recipe", Path("c")})).exit_code, 0);
  EXPECT_EQ(Slurp(Path("c")), Slurp(Path("a")));
}

TEST_F(CompressTrainingTest, GreedyThenTrainingInOneCommand) {
  MakePictureFile("photos/a.png", 512, 480);  // with places beside the calibration crops
  Strings args = Arguments("greedy", {"--json", "--labels", "teacher", "--learning-rate", "1e-3"});
  *(std::ranges::find(args, "--steps") + 1) = "400";
  *(std::ranges::find(args, "--batch") + 1) = "8";
  *(std::ranges::find(args, "--patch") + 1) = "16";
  const nlohmann::json json = Json(Winnow(args));
  EXPECT_GT(json["psnr_to_dense"], json["psnr_to_dense_untrained"]);
  EXPECT_TRUE(json.contains("psnr_untrained"));
  EXPECT_LE(json["kept"], 0.5 + 1e-9);
  const Model pruned = ReadModel(Path("out.run/pruned.safetensors"));
  const Model trained = ReadModel(Path("out.safetensors"));
  EXPECT_EQ(trained.patterns, pruned.patterns);
  for (const auto& [id, pattern] : pruned.patterns) {
    for (std::int64_t i = 0; i < pruned.weights[id].size(); ++i) {
      if (pruned.weights[id].data[i] == 0) {
        EXPECT_EQ(trained.weights[id].data[i], 0);
      }
    }
  }
  EXPECT_EQ(trained.info.provenance.at("compressed_from"), "small");
  EXPECT_EQ(trained.info.provenance.at("compression_method"), "greedy");
  EXPECT_EQ(trained.info.provenance.at("training_steps"), "400");
  EXPECT_TRUE(trained.info.provenance.contains("calibration_data"));
  args.push_back("--force");
  ExpectRefusal(args, 2, "--resume");
  const std::string before = Slurp(Path("out.safetensors"));
  args.push_back("--resume");
  EXPECT_EQ(Winnow(args).exit_code, 0);
  EXPECT_TRUE(Slurp(Path("out.safetensors")) == before);
}

TEST_F(CompressTrainingTest, MeasuresOnWhatIsKeptOutOfTraining) {
  for (int i = 10; i < 30; ++i) MakePictureFile("more/" + std::to_string(i) + ".png", 48, 40);
  for (const char* method : {"one-shot", "greedy"}) {
    const nlohmann::json json =
        Json(Winnow(Arguments(method, {"--force", "--json", "--run", Path(method)})));
    EXPECT_EQ(json["measured_on"]["crops"], 4);
    EXPECT_EQ(json["measured_on"]["pictures"], 1);
    EXPECT_EQ(json["measured_on"]["seen_by"], "nothing");
  }
}

TEST_F(CompressTrainingTest, NetworksOfOtherProjectsAreImportedOnce) {
  ASSERT_EQ(Winnow({"export", "small", "-o", Path("net.onnx")}).exit_code, 0);
  for (const char* method : {"one-shot", "greedy"}) {
    Strings args = Arguments(method, {"--force", "--run", Path(method)});
    args[1] = Path("net.onnx");
    const ProcessResult result = Winnow(args);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const std::string told = "out.dense.safetensors: the dense network of";
    const std::size_t first = result.err.find(told);
    EXPECT_NE(first, std::string::npos) << result.err;
    EXPECT_EQ(result.err.find(told, first + 1), std::string::npos) << result.err;
  }
}

TEST_F(CompressTrainingTest, Refusals) {
  ExpectRefusal(Arguments("sls", {"--target", Path("photos")}), 2, "--target");
  ExpectRefusal(Arguments("sls", {"--target", Path("photos"), "--labels", "teacher"}), 2,
                "leave one of them out");
  Strings args = Arguments("one-shot");
  *(std::ranges::find(args, "--budget") + 1) = "0.01";
  ExpectRefusal(args, 2, "raise the budget");
  ASSERT_EQ(Winnow(Arguments("one-shot")).exit_code, 0);
  args = Arguments("sls", {"--force"});
  args[1] = Path("out.safetensors");
  ExpectRefusal(args, 2, "sparse already");
}

}  // namespace
}  // namespace winnow
