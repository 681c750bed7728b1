#include <gtest/gtest.h>

#include "formats/latency_json.h"
#include "formats/model_file.h"
#include "graph/conv_layers.h"
#include "graph/cost.h"
#include "training/prunable_layers.h"
#include "training/trainer_testing.h"

namespace winnow {
namespace {

class SparseTrainerTest : public ::testing::Test, protected TrainerFixture {
 protected:
  SparseTrainerTest() : TrainerFixture(3) {
    recipe_.name = "dense";
    recipe_.network = "compact";
    recipe_.scale = 2;
    recipe_.settings = {{"width", 12}, {"blocks", 2}};
    recipe_.batch = 2;
    recipe_.optimiser.steps = 2;
    recipe_.optimiser.learning_rate = 2e-3;
    recipe_.log_every = 100;
    recipe_.initial_model = Train(recipe_, Options("dense")).string();
    recipe_.name = "sparse";
    recipe_.optimiser.steps = 24;
    recipe_.optimiser.ema = 0.9;
    recipe_.sparsity.method = "sls";
    recipe_.sparsity.m = 8;
    recipe_.sparsity.budget = 0.4;
    recipe_.sparsity.epoch_steps = 4;
    recipe_.sparsity.score_learning_rate = 0.05;
    recipe_.sparsity.lambda = 50;  // few steps
    recipe_.sparsity.snapshots = {0.7};
  }

  double FractionOf(const Model& model) const {
    const PrunableLayers layers = FindPrunableLayers(model, recipe_.sparsity);
    double kept = 0, all = 0;  // every layer of this network is as large as the others
    for (ParamId id : layers.weights) {
      const Tensor& weight = model.weights[id];
      all += static_cast<double>(weight.size());
      kept += static_cast<double>(weight.size() -
                                  std::count(weight.data.begin(), weight.data.end(), 0.0f));
    }
    return kept / all;
  }
};

TEST_F(SparseTrainerTest, SlsMeetsItsBudgetExactly) {
  recipe_.log_every = 1;
  const Model model = ReadModel(Train(recipe_, Options("run")));
  EXPECT_FALSE(model.patterns.empty());
  const nlohmann::json last = Log("run").back();
  EXPECT_TRUE(last["patterns_fixed"].get<bool>());
  EXPECT_LE(last["cost_fraction"].get<double>(), 0.4);
  EXPECT_DOUBLE_EQ(last["cost_fraction"].get<double>(), FractionOf(model));
  const Model snapshot = ReadModel(folder_ / "run" / "sparse-0.7.safetensors");
  EXPECT_LE(FractionOf(snapshot), 0.7);
  EXPECT_GT(FractionOf(snapshot), FractionOf(model));
}

TEST_F(SparseTrainerTest, ASearchThatEndsTooEarlySaysSo) {
  recipe_.sparsity.score_learning_rate = 1e-6;
  Train(recipe_, Options("run"));
  const std::string message = Log("run").back()["message"];
  EXPECT_NE(message.find("not met"), std::string::npos) << message;
}

TEST_F(SparseTrainerTest, ResumesBitForBit) {
  for (const char* method : {"sls", "sr-ste", "one-shot", "filter", "domino"}) {
    recipe_.sparsity.method = method;
    if (recipe_.sparsity.method != "sls") recipe_.sparsity.snapshots.clear();
    const std::string straight = TrainAtOnce(std::string("straight ") + method);
    EXPECT_EQ(TrainInSittings(std::string("stopped ") + method, {1, 4, 7, 13, 22}), straight);
  }
}

TEST_F(SparseTrainerTest, DominoMeetsItsBudget) {
  recipe_.sparsity = {.method = "domino", .m = 8, .budget = 0.4};
  const Model model = ReadModel(Train(recipe_, Options("run")));
  EXPECT_LE(FractionOf(model), 0.4);
  EXPECT_GT(FractionOf(model), 0.3);
}

// Half of the time of a table in which all layers take the same, whatever they multiply.
TEST_F(SparseTrainerTest, BudgetsOfTime) {
  const Model dense = ReadModel(recipe_.initial_model);
  LatencyTable table;
  table.model = "dense";
  table.cpu = table.isa = "any";
  table.width = table.height = 32;
  table.m = 8;
  for (const ConvLayer& layer : PrunableConvLayers(dense.graph)) {
    LayerLatency& times = table.layers.emplace_back();
    times.name = layer.name;
    times.shape = dense.graph.param(layer.weight).shape;
    for (int n = 1; n <= 8; ++n) times.ms.push_back(n <= 2 ? 1 : n);  // 2:8 is as fast as 1:8
    times.measured.assign(8, true);
  }
  WriteLatencyTable(table, folder_ / "table.json");
  recipe_.sparsity = {.method = "one-shot", .m = 8, .budget = 0.13};
  recipe_.sparsity.latency_table = (folder_ / "table.json").string();
  recipe_.optimiser.steps = 1;
  for (const auto& [id, pattern] : ReadModel(Train(recipe_, Options("run"))).patterns) {
    EXPECT_EQ(pattern, (Pattern{2, 8}));
  }
  recipe_.sparsity.m = 4;
  EXPECT_THROW(Train(recipe_, Options("other m")), Error);
}

TEST_F(SparseTrainerTest, FiltersAreRemovedBeforeTheFirstStep) {
  recipe_.sparsity = {.method = "filter", .budget = 0.4};
  recipe_.network.clear();  // the graph of the initial model
  recipe_.scale = 0;
  recipe_.settings.clear();
  recipe_.log_every = 1;
  recipe_.optimiser.steps = 3;
  double reported = 0;
  TrainOptions options = Options("run");
  options.on_progress = [&](const TrainProgress& p) { reported = p.cost_fraction; };
  const Model before = ReadModel(recipe_.initial_model), after = ReadModel(Train(recipe_, options));
  const double cost = FindPrunableLayers(after, recipe_.sparsity).costs.dense() /
                      FindPrunableLayers(before, recipe_.sparsity).costs.dense();
  EXPECT_LE(cost, 0.4);
  EXPECT_GT(cost, 0.3);
  EXPECT_TRUE(after.patterns.empty());
  EXPECT_LT(after.graph.param(0).shape[0], 12);
  EXPECT_DOUBLE_EQ(reported, cost);
  EXPECT_DOUBLE_EQ(Log("run").back()["cost_fraction"].get<double>(), cost);
  const std::map<std::string, std::string>& provenance = after.info.provenance;
  EXPECT_EQ(provenance.at("compressed_from"), "dense");
  EXPECT_EQ(provenance.at("compression_method"), "filter");
  EXPECT_EQ(provenance.at("compression_budget"), "0.4");
  EXPECT_NEAR(std::stod(provenance.at("compression_cost")), cost, 1e-5);
}

TEST_F(SparseTrainerTest, ExcludedLayersKeepTheirFilters) {
  const Model before = ReadModel(recipe_.initial_model);
  const NodeId kept = PrunableConvs(before.graph).front();
  recipe_.sparsity = {.method = "filter", .budget = 0.5, .exclude = {before.graph.node(kept).name}};
  recipe_.optimiser.steps = 1;
  const Model after = ReadModel(Train(recipe_, Options("run")));
  const ParamId weight = std::get<Conv2d>(before.graph.node(kept).op).weight;
  EXPECT_EQ(after.graph.param(weight).shape[0], before.graph.param(weight).shape[0]);
  EXPECT_LT(after.graph.param(weight).shape[1], before.graph.param(weight).shape[1]);
}

TEST_F(SparseTrainerTest, SnapshotsAreTheSameAfterResuming) {
  TrainAtOnce("straight");
  TrainInSittings("stopped", {2, 5, 8});
  const char* name = "sparse-0.7.safetensors";
  EXPECT_EQ(ReadFile(folder_ / "straight" / name), ReadFile(folder_ / "stopped" / name));
}

TEST_F(SparseTrainerTest, FinetuningASnapshotKeepsItsPatterns) {
  TrainAtOnce("search");
  recipe_.initial_model = (folder_ / "search" / "sparse-0.7.safetensors").string();
  recipe_.network.clear();  // the graph of the snapshot
  recipe_.scale = 0;
  recipe_.settings.clear();
  recipe_.sparsity = {.method = "finetune", .m = 8};
  recipe_.distillation.teacher = (folder_ / "dense" / "dense.safetensors").string();
  const Model before = ReadModel(recipe_.initial_model);
  const Model after = ReadModel(Train(recipe_, Options("finetune")));
  EXPECT_EQ(after.info.provenance.at("compression_method"), "sls");
  EXPECT_EQ(after.info.provenance.at("compressed_from"), "dense");
  EXPECT_EQ(after.patterns, before.patterns);
  for (const auto& [id, pattern] : before.patterns) {
    EXPECT_NE(before.weights[id], after.weights[id]);
    for (std::int64_t i = 0; i < before.weights[id].size(); ++i) {
      if (before.weights[id].data[i] == 0) EXPECT_EQ(after.weights[id].data[i], 0);
    }
  }
}

TEST_F(SparseTrainerTest, TheTeacherDecidesTheResult) {
  recipe_.sparsity = {.method = "one-shot", .m = 8, .n = 4};
  const std::string alone = TrainAtOnce("alone");
  recipe_.distillation.teacher = recipe_.initial_model;
  EXPECT_NE(TrainAtOnce("taught"), alone);
}

}  // namespace
}  // namespace winnow
