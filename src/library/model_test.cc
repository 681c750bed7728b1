#include "winnow/model.h"

#include <stdlib.h>

#include "app/summary.h"
#include "library/testing.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class ModelApi : public testing::Test {
 protected:
  void SetUp() override { ::setenv("WINNOW_MODELS", folder_.path().c_str(), 1); }
  void TearDown() override { ::unsetenv("WINNOW_MODELS"); }
  TemporaryFolder folder_;
};

TEST_F(ModelApi, SaysWhatInfoSays) {
  Model source = SmallModel();
  source.weights[0].data[0] = 0;  // one weight pruned
  const ModelHandle model = Load(source);
  EXPECT_STREQ(winnow_model_name(model.get()), "small");
  EXPECT_STREQ(winnow_model_network(model.get()), "srvgg");
  EXPECT_STREQ(winnow_model_task(model.get()), "super-resolution");
  EXPECT_STREQ(winnow_model_licence(model.get()), "CC0-1.0");
  EXPECT_EQ(winnow_model_scale(model.get()), 2);
  const ModelSummary summary = Summarize(source, 20, 30);
  EXPECT_EQ(winnow_model_parameters(model.get()), summary.cost.params - 1);
  EXPECT_EQ(winnow_model_receptive_field(model.get()), summary.field.halo);
  int64_t dense = 0;
  int64_t sparse = 0;
  ASSERT_EQ(winnow_model_macs(model.get(), 30, 20, &dense, &sparse), WINNOW_OK);
  EXPECT_EQ(dense, summary.cost.conv_macs);
  EXPECT_EQ(sparse, dense - 30 * 20);
  EXPECT_EQ(winnow_model_macs(model.get(), 30, 20, nullptr, nullptr), WINNOW_OK);
  for (const auto& [width, height] : {std::pair(0, 20), std::pair(1 << 30, 1 << 30)}) {
    EXPECT_EQ(winnow_model_macs(model.get(), width, height, &dense, nullptr),
              WINNOW_INVALID_ARGUMENT);
    const std::string size = std::to_string(width) + "x" + std::to_string(height);
    EXPECT_NE(std::string(winnow_last_error()).find(size), std::string::npos);
  }
}

TEST_F(ModelApi, WholePicturesAreMinusOne) {
  EXPECT_EQ(winnow_model_receptive_field(Load(SmallModel("rfdn")).get()), -1);
}

TEST_F(ModelApi, ByNameFileAndTask) {
  Model source = SmallModel();
  source.info.licence.clear();
  WriteModel(source, folder_ / "winnow-x2.safetensors");
  const std::string path = (folder_ / "winnow-x2.safetensors").string();
  for (const char* name : {"winnow-x2", path.c_str()}) {
    winnow_model* model = nullptr;
    ASSERT_EQ(winnow_model_load(name, &model), WINNOW_OK) << winnow_last_error();
    EXPECT_STREQ(winnow_model_licence(model), "unknown");
    winnow_model_free(model);
  }
  winnow_model* model = nullptr;
  ASSERT_EQ(winnow_model_load_default("super-resolution", 2, &model), WINNOW_OK);
  EXPECT_STREQ(winnow_model_name(model), "small");
  winnow_model_free(model);
  EXPECT_EQ(winnow_model_load_default("super-resolution", 7, &model), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(winnow_model_load_default("foo", 0, &model), WINNOW_INVALID_ARGUMENT);
  EXPECT_STREQ(winnow_last_error(),
               "no built-in model is for the task 'foo'; tasks are: super-resolution, deblurring");
  EXPECT_EQ(winnow_model_load_default(nullptr, 2, &model), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(model, nullptr);
}

TEST_F(ModelApi, FailureLeavesNoModel) {
  const Model source = SmallModel();
  const std::string bytes = SerializeModel(source);
  ModelHandle kept = Load(source);
  winnow_model* model = kept.get();
  EXPECT_EQ(winnow_model_load("no-such-model", &model), WINNOW_NOT_FOUND);
  EXPECT_EQ(model, nullptr);
  EXPECT_NE(std::string(winnow_last_error()).find("no-such-model"), std::string::npos);
  EXPECT_EQ(winnow_model_from_memory(bytes.data(), bytes.size() / 2, &model), WINNOW_CORRUPT);
  EXPECT_EQ(winnow_model_from_memory(nullptr, 0, &model), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(winnow_model_load(nullptr, &model), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(winnow_model_load("x", nullptr), WINNOW_INVALID_ARGUMENT);
  EXPECT_STREQ(winnow_last_error(), "model is null");
  winnow_model_free(nullptr);
}

TEST_F(ModelApi, NullModelsHaveNothing) {
  EXPECT_EQ(winnow_model_name(nullptr), nullptr);
  EXPECT_EQ(winnow_model_licence(nullptr), nullptr);
  EXPECT_EQ(winnow_model_scale(nullptr), 0);
  EXPECT_EQ(winnow_model_parameters(nullptr), 0);
  EXPECT_EQ(winnow_model_macs(nullptr, 1, 1, nullptr, nullptr), WINNOW_INVALID_ARGUMENT);
}

TEST_F(ModelApi, VisitsTheBuiltInOnes) {
  WriteModel(SmallModel(), folder_ / "aaa.safetensors");
  std::vector<std::string> names;
  const auto visit = [](const char* name, void* user) {
    static_cast<std::vector<std::string>*>(user)->push_back(name);
  };
  ASSERT_EQ(winnow_model_each(visit, &names), WINNOW_OK);
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "aaa");
  EXPECT_EQ(winnow_model_each(nullptr, nullptr), WINNOW_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace winnow
