#include "cli/command_line.h"

namespace winnow {
namespace {

using Strings = std::vector<std::string>;

class CompressTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    MakeModel("small", "srvgg", 2, {{"width", 8}, {"blocks", 3}});
    for (const char* name : {"photos/a.png", "photos/b.png"}) MakePictureFile(name, 48, 40);
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
  EXPECT_LE(json["kept"], 0.5);
  EXPECT_GT(json["kept"], 0.4);
  EXPECT_EQ(json["layers"].size(), 3u);
  EXPECT_GT(json["psnr_to_dense"], 10);
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
  for (const char* text : {"layer", "N:M", "prunable MACs kept", "parameters", "compressed"}) {
    EXPECT_NE(result.out.find(text), std::string::npos) << text;
  }
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
  Strings again = Arguments();
  again[1] = Path("out.safetensors");
  again[5] = Path("twice.safetensors");
  ExpectRefusal(again, 2, "sparse already");
}

}  // namespace
}  // namespace winnow
