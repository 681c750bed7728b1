#include "app/report/subjects.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "formats/model_file.h"
#include "formats/safetensors.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class SubjectsTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  // Its middle layer is sparse if `n` is not 0.
  void MakeModel(const std::string& name, int n = 0, int scale = 2,
                 std::map<std::string, std::string> provenance = {}) {
    Model model = BuildNetwork("srvgg", {scale, {{"width", 4}, {"blocks", 1}}});
    FillWeights(model);
    model.info.name = std::filesystem::path(name).filename().string();
    model.info.provenance = std::move(provenance);
    if (n != 0) {
      const ParamId id = model.graph.FindParam("body.2.weight");
      Tensor& weight = model.weights[id];
      for (std::int64_t i = 0; i < weight.size(); ++i) {
        if (i / 9 % 4 >= n) weight.data[i] = 0;
      }
      model.patterns[id] = {n, 4};
    }
    const std::filesystem::path path = folder_ / (name + ".safetensors");
    std::filesystem::create_directories(path.parent_path());
    WriteModel(model, path);
  }

  void MakeRun(const std::string& name, const std::string& method = "sls") {
    Spill(folder_ / name / "log.jsonl", "{\"step\":10,\"loss\":0.5}\n");
    TensorFile checkpoint;
    checkpoint.metadata = {{"condition.steps", "20"},
                           {"condition.initial_model", "models/parent.safetensors"},
                           {"condition.sparsity.budget", "0.20000000000000001"},
                           {"condition.sparsity.n", "0"},
                           {"condition.sparsity.method", method}};
    WriteFile(folder_ / name / "checkpoint.safetensors", SerializeSafetensors(checkpoint));
  }

  void ExpectRefusal(const std::vector<std::string>& arguments, const std::string& text) {
    try {
      ReadSubjects(arguments);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }

  TemporaryFolder folder_;
};

TEST_F(SubjectsTest, RunWithSnapshots) {
  MakeRun("runs/sparse");
  MakeModel("runs/sparse/sparse-0.25", 1);
  MakeModel("runs/sparse/sparse", 1);
  MakeModel("runs/sparse/sparse-0.5", 2);
  const Subjects subjects = ReadSubjects({Path("runs/sparse/")});
  ASSERT_EQ(subjects.runs.size(), 1u);
  EXPECT_EQ(subjects.runs[0].name, "sparse");
  EXPECT_EQ(subjects.runs[0].steps, 20);
  EXPECT_EQ(subjects.runs[0].log.last_step, 10);
  ASSERT_EQ(subjects.models.size(), 3u);
  const char* const labels[] = {"sparse-0.5", "sparse-0.25", "sparse"};
  const char* const budgets[] = {"0.5", "0.25", "0.2"};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(subjects.models[i].label, labels[i]);
    EXPECT_EQ(subjects.models[i].budget, budgets[i]);
    EXPECT_EQ(subjects.models[i].method, "sls");
    EXPECT_EQ(subjects.models[i].parent, "parent");
    EXPECT_EQ(subjects.models[i].run, 0);
  }
}

TEST_F(SubjectsTest, WhatWasPrunedBeforeItsRunSaysHow) {
  MakeRun("run", "finetune");
  MakeModel("run/pruned", 1, 2,
            {{"compression_method", "greedy"},
             {"compression_budget", "0.25"},
             {"compressed_from", "dense"}});
  MakeModel("run/model", 1);
  const Subjects subjects = ReadSubjects({Path("run")});
  const Subject& subject = subjects.models[0];
  EXPECT_EQ(subject.label, "pruned");
  EXPECT_EQ(subject.method, "greedy");
  EXPECT_EQ(subject.budget, "0.25");
  EXPECT_EQ(subject.parent, "dense");
  EXPECT_EQ(subject.run, 0);
}

TEST_F(SubjectsTest, ModelFilesSayWhatTheyAre) {
  MakeModel("a/model");
  MakeModel("b/model", 2);
  MakeModel("c/pruned", 1, 2,
            {{"compression_method", "greedy"},
             {"compression_budget", "5G"},
             {"compressed_from", "model"}});
  const Subjects subjects = ReadSubjects(
      {Path("a/model.safetensors"), Path("b/model.safetensors"), Path("c/pruned.safetensors")});
  EXPECT_TRUE(subjects.runs.empty());
  EXPECT_EQ(subjects.models[0].label, "a/model");
  EXPECT_EQ(subjects.models[0].method, "dense");
  EXPECT_EQ(subjects.models[1].label, "b/model");
  EXPECT_EQ(subjects.models[1].method, "sparse");
  EXPECT_EQ(subjects.models[2].label, "pruned");
  EXPECT_EQ(subjects.models[2].method, "greedy");
  EXPECT_EQ(subjects.models[2].budget, "5G");
  EXPECT_EQ(subjects.models[2].parent, "model");
}

TEST_F(SubjectsTest, RefusesWhatIsNoRun) {
  std::filesystem::create_directories(folder_ / "empty");
  ExpectRefusal({Path("empty")}, "log.jsonl is missing");
  MakeRun("young");
  ExpectRefusal({Path("young")}, "no model yet");
  ExpectRefusal({Path("absent")}, "no model file or built-in model");
  ExpectRefusal({}, "at least one");
  Spill(folder_ / "text.safetensors", "no model");
  ExpectRefusal({Path("text.safetensors")}, "text.safetensors");
}

TEST_F(SubjectsTest, RefusesMixtures) {
  MakeModel("x2");
  MakeModel("x4", 0, 4);
  ExpectRefusal({Path("x2.safetensors"), Path("x4.safetensors")}, "(super-resolution, x4)");
  ExpectRefusal({Path("x2.safetensors"), Path("./x2.safetensors")}, "given twice");
}

}  // namespace
}  // namespace winnow
