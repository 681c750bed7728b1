#include "training/recipe.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "training/test_data.h"

namespace winnow {
namespace {

constexpr char kSmall[] = R"(name = "tiny"
network = "compact"
[data]
hr = ["photos", "/elsewhere"]
)";

class RecipeTest : public ::testing::Test {
 protected:
  Recipe Read(const std::string& text) {
    WriteFile(Path(), text);
    return ReadRecipe(Path());
  }
  std::filesystem::path Path() const { return folder_ / "r.toml"; }

  // The message of the error that `text` causes.
  std::string Complaint(const std::string& text) {
    try {
      Read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      return error.what();
    }
    return "";
  }
  void ExpectComplaint(const std::string& text, const std::string& part) {
    EXPECT_NE(Complaint(text).find(part), std::string::npos) << Complaint(text);
  }

  TemporaryFolder folder_;
};

TEST_F(RecipeTest, FillsInDefaultsAndResolvesPaths) {
  const Recipe recipe = Read(kSmall);
  EXPECT_EQ(recipe.name, "tiny");
  EXPECT_EQ(recipe.data.hr[0], folder_ / "photos");
  EXPECT_EQ(recipe.data.hr[1], "/elsewhere");
  EXPECT_EQ(recipe.batch, 16);
  EXPECT_EQ(recipe.optimiser.loss, "l1");
  EXPECT_TRUE(recipe.bf16);
}

TEST_F(RecipeTest, ReadsEverySection) {
  const Recipe recipe = Read(R"(
name = "full"
network = "edsr"
scale = 3
seed = 7
licence = "MIT"
[settings]
width = 12
[data]
input = ["lr"]
target = ["hr"]
sizes = [1, 0.5]
validation_every = 4
[training]
batch = 2
patch = 24
precision = "f32"
initial_model = "start.safetensors"
weights_dtype = "f32"
loss = "mse"
learning_rate = 1
beta1 = 0.8
beta2 = 0.9
epsilon = 1e-6
steps = 50
warmup_steps = 5
schedule = "step"
milestones = [20, 40]
ema = 0.5
[log]
every = 3
checkpoint_every = 4
validate_every = 5
[provenance]
author = "someone"
)");
  EXPECT_EQ(recipe.scale, 3);
  EXPECT_EQ(recipe.seed, 7u);
  EXPECT_EQ(recipe.settings.at("width"), 12);
  EXPECT_EQ(recipe.data.sizes, (std::vector<double>{1, 0.5}));
  EXPECT_FALSE(recipe.bf16);
  EXPECT_EQ(recipe.initial_model, (folder_ / "start.safetensors").string());
  EXPECT_EQ(recipe.optimiser.milestones, (std::vector<std::int64_t>{20, 40}));
  EXPECT_EQ(recipe.optimiser.learning_rate, 1.0);
  EXPECT_EQ(recipe.checkpoint_every, 4);
  EXPECT_EQ(recipe.provenance.at("author"), "someone");
}

TEST_F(RecipeTest, ReadsHowToBlur) {
  EXPECT_FALSE(Read(kSmall).data.blur);
  EXPECT_EQ(DecidingFields(Read(kSmall)).count("data.blur.path"), 0u);
  const Recipe recipe = Read(std::string(kSmall) + R"(pairs = ["gopro/train"]
pairs_input = "blur_gamma"
[data.blur]
sharp = 0.3
path = 12
objects = 1
)");
  EXPECT_EQ(recipe.data.pairs[0], folder_ / "gopro/train");
  EXPECT_EQ(recipe.data.pairs_input, "blur_gamma");
  ASSERT_TRUE(recipe.data.blur);
  EXPECT_EQ(recipe.data.blur->sharp, 0.3);
  EXPECT_EQ(recipe.data.blur->path, 12);
  EXPECT_EQ(recipe.data.blur->objects, 1);
  EXPECT_EQ(recipe.data.blur->noise, BlurOptions{}.noise);
  EXPECT_EQ(DecidingFields(recipe).at("data.blur.path"), "12");
  ExpectComplaint(std::string(kSmall) + "[data.blur]\npath = -1\n", "'path'");
  ExpectComplaint(std::string(kSmall) + "[data.blur]\nlength = 1\n", "unknown key 'length'");
  ExpectComplaint("name = 'a'\nnetwork = 'b'\n[data]\npairs = ['p']\n[data.blur]\n", "'hr'");
  ExpectComplaint(std::string(kSmall) + "pairs_input = 'sharp'\n", "'pairs_input'");
}

TEST_F(RecipeTest, WrittenAndReadAgainItIsTheSame) {
  Recipe recipe = Read(std::string(kSmall) + R"([training]
steps = 12
milestones = [3, 4]
precision = "f32"
learning_rate = 0.1
initial_model = "dense.safetensors"
[sparsity]
method = "sls"
budget = 0.3
snapshots = [0.5]
exclude = ["a", "b \"c\""]
latency_table = "t.json"
[settings]
width = 8
[distillation]
teacher = "dense.safetensors"
[log]
every = 7
[provenance]
author = "some\none"
)");
  recipe.data.sizes = {1, 1.0 / 3};
  recipe.data.blur.emplace().path = 7;
  const std::string text = ToToml(recipe);
  const Recipe again = Read(text);
  EXPECT_EQ(DecidingFields(again), DecidingFields(recipe));
  EXPECT_EQ(again.data.hr, recipe.data.hr);
  EXPECT_EQ(again.log_every, 7);
  EXPECT_EQ(again.provenance, recipe.provenance);
  EXPECT_EQ(again.name, recipe.name);
  EXPECT_EQ(ToToml(again), text);
  EXPECT_LT(text.find("name"), text.find("["));
}

TEST_F(RecipeTest, UnknownKeysNameLineAndNeighbour) {
  const std::string text = std::string(kSmall) + "[training]\nlerning_rate = 1\n";
  ExpectComplaint(text, "r.toml:6: unknown key 'lerning_rate' in [training]");
  ExpectComplaint(text, "'learning_rate'");
  ExpectComplaint("nmae = 1\n" + std::string(kSmall), "r.toml:1: unknown key 'nmae'");
}

TEST_F(RecipeTest, WrongTypesAreErrors) {
  ExpectComplaint(std::string(kSmall) + "[training]\nbatch = 1.5\n", "must be a whole number");
  ExpectComplaint(std::string(kSmall) + "[training]\nbatch = 99999999999\n", "too large");
  ExpectComplaint("seed = -1\n" + std::string(kSmall), "negative");
  ExpectComplaint("settings = 3\n" + std::string(kSmall), "section");
  ExpectComplaint("name = 'a'\nnetwork = 'b'\n[data]\nhr = 'photos'\n", "must be an array");
}

TEST_F(RecipeTest, ImpossibleValuesAreErrors) {
  const std::string training = std::string(kSmall) + "[training]\n";
  ExpectComplaint("network = 'compact'\n[data]\nhr = ['a']\n", "'name'");
  ExpectComplaint("name = 'a/b'\nnetwork = 'compact'\n[data]\nhr = ['a']\n", "'name'");
  ExpectComplaint("name = 'a'\nnetwork = 'compact'\n", "[data]");
  ExpectComplaint("name = 'a'\nnetwork = 'b'\n[data]\ninput = ['x']\n", "equally many");
  ExpectComplaint(std::string(kSmall) + "sizes = [2.5]\n", "'sizes'");
  ExpectComplaint(training + "loss = 'l3'\n", "must be \"l1\", \"mse\" or \"psnr\"");
  ExpectComplaint(training + "gradient_clip = -1\n", "'gradient_clip' may not be negative");
  ExpectComplaint(training + "precision = 'f64'\n", "\"bf16\" or \"f32\"");
  ExpectComplaint(training + "learning_rate = 0\n", "'learning_rate'");
  ExpectComplaint(training + "ema = 1.0\n", "'ema'");
  ExpectComplaint(training + "milestones = [5, 2]\n", "'milestones'");
  ExpectComplaint(training + "warmup_steps = 1000\n", "'warmup_steps'");
}

TEST_F(RecipeTest, SyntaxErrorsNameTheLine) {
  ExpectComplaint("name = 'a'\nnetwork = \n", "r.toml:2: ");
}

TEST_F(RecipeTest, MissingFile) {
  try {
    ReadRecipe(folder_ / "absent.toml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  }
}

TEST_F(RecipeTest, ReadsSparsityAndTeacher) {
  const Recipe recipe = Read(std::string(kSmall) + R"([training]
initial_model = "dense.safetensors"
[sparsity]
method = "sls"
m = 16
budget = 0.25
exclude = ["body.2"]
prune_shuffled_last = true
snapshots = [0.5, 0.25]
[distillation]
teacher = "dense.safetensors"
weight = 0.3
)");
  EXPECT_EQ(recipe.sparsity.method, "sls");
  EXPECT_EQ(recipe.sparsity.m, 16);
  EXPECT_TRUE(recipe.sparsity.prune_shuffled_last);
  EXPECT_EQ(recipe.sparsity.exclude, std::vector<std::string>{"body.2"});
  EXPECT_EQ(recipe.distillation.teacher, (folder_ / "dense.safetensors").string());
  EXPECT_EQ(DecidingFields(recipe).at("sparsity.snapshots"), "0.5, 0.25");
  EXPECT_EQ(DecidingFields(recipe).at("distillation.weight"), "0.29999999999999999");
  EXPECT_FALSE(DecidingFields(Read(kSmall)).contains("sparsity.m"));
}

TEST_F(RecipeTest, ImpossibleSparsityIsAnError) {
  const auto with = [](const std::string& sparsity) {
    return std::string(kSmall) + "[training]\ninitial_model = 'd'\n[sparsity]\n" + sparsity;
  };
  ExpectComplaint(std::string(kSmall) + "[sparsity]\nmethod = 'sls'\n", "'initial_model'");
  ExpectComplaint(with("method = 'magic'\n"), "not \"magic\"");
  ExpectComplaint(with("method = 'sls'\n"), "needs a 'budget'");
  ExpectComplaint(with("method = 'sls'\nbudget = 0.5\nm = 1\n"), "at least 2");
  ExpectComplaint(with("method = 'sls'\nbudget = 2\n"), "(0, 1]");
  ExpectComplaint(with("method = 'sls'\nbudget = 0.1\nsnapshots = [0.2, 0.5]\n"), "descend");
  ExpectComplaint(with("method = 'one-shot'\n"), "one of 'n' and 'budget'");
  ExpectComplaint(with("method = 'one-shot'\nn = 2\nbudget = 0.5\n"), "one of 'n' and 'budget'");
  ExpectComplaint(with("method = 'one-shot'\nn = 33\n"), "1..m");
  ExpectComplaint(with("method = 'one-shot'\nn = 3\nm = 257\n"), "1..256");
  ExpectComplaint(with("method = 'finetune'\nn = 3\n"), "no 'n'");
  ExpectComplaint(with("method = 'filter'\nn = 3\n"), "filter needs a 'budget'");
  ExpectComplaint(with("method = 'domino'\n"), "domino needs a 'budget'");
  ExpectComplaint(with("method = 'filter'\nbudget = 0.5\nlatency_table = 't'\n"), "N:M");
  ExpectComplaint(with("method = 'sr-ste'\nn = 3\nsnapshots = [0.5]\n"), "'snapshots'");
  ExpectComplaint("name = 'a'\n[data]\nhr = ['a']\n", "'network' is missing");
}

TEST_F(RecipeTest, DecidingFieldsSeeWhatChangesTheWeights) {
  const Recipe recipe = Read(kSmall);
  Recipe other = recipe;
  other.log_every = 7;
  other.provenance["x"] = "y";
  EXPECT_EQ(DecidingFields(recipe), DecidingFields(other));
  other.optimiser.learning_rate *= 1 + 1e-15;
  EXPECT_NE(DecidingFields(recipe), DecidingFields(other));
  other = recipe;
  other.settings["width"] = 3;
  EXPECT_NE(DecidingFields(recipe), DecidingFields(other));
}

TEST(BuiltInRecipesTest, AllCanBeRead) {
  for (const auto& entry : std::filesystem::directory_iterator(WINNOW_SOURCE_DIR "/recipes")) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_EQ(ReadRecipe(entry.path()).name, entry.path().stem().string());
  }
}

}  // namespace
}  // namespace winnow
