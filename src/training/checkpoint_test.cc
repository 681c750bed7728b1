#include "training/checkpoint.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "training/test_data.h"

namespace winnow {
namespace {

Graph SmallGraph() {
  Graph graph;
  graph.AddNode({Input{1}, {}, "input"});
  graph.AddParam({"a", {2}});
  graph.AddParam({"b", {1, 1, 1, 1}});
  graph.SetOutputs({0});
  return graph;
}

std::vector<Tensor> Values(float first) {
  Tensor a({2}), b({1, 1, 1, 1});
  a.data = {first, -0.0f};
  b.data = {1e-42f};  // a denormal
  return {a, b};
}

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.run = {.step = 5,
                    .random = {~0ull, 1, 1ull << 63, 42},
                    .skipped = 3,
                    .skipped_in_row = 2,
                    .loss_sum = 0.1,
                    .loss_count = 4,
                    .seconds = 1e300};
  checkpoint.optimiser = {Values(1), Values(2), Values(3), Values(4), 9, 0};
  checkpoint.conditions = {{"batch", "16"}, {"patch", "48"}};
  return checkpoint;
}

class CheckpointTest : public ::testing::Test {
 protected:
  std::filesystem::path Path() const { return folder_ / "checkpoint.safetensors"; }
  void ExpectError(const std::map<std::string, std::string>& conditions, ErrorKind kind,
                   const std::string& part) {
    try {
      ReadCheckpoint(Path(), graph_, conditions);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
  TemporaryFolder folder_;
  Graph graph_ = SmallGraph();
};

TEST_F(CheckpointTest, ReturnsExactlyWhatWasWritten) {
  const Checkpoint sample = Sample();
  WriteCheckpoint(sample, graph_, Path());
  const Checkpoint read = ReadCheckpoint(Path(), graph_, sample.conditions);
  EXPECT_EQ(read, sample);
  EXPECT_TRUE(std::signbit(read.optimiser.weights[0].data[1]));
}

TEST_F(CheckpointTest, WithoutAnAverage) {
  Checkpoint sample = Sample();
  sample.optimiser.average.clear();
  WriteCheckpoint(sample, graph_, Path());
  EXPECT_EQ(ReadCheckpoint(Path(), graph_, sample.conditions), sample);
}

TEST_F(CheckpointTest, WithSparsity) {
  Checkpoint sample = Sample();
  sample.optimiser.average_start = 7;
  SparsityState& sparsity = sample.sparsity.emplace();
  sparsity.ranks = {{0, 255, 3}, {1}};
  sparsity.search = {.factors = {0.1f, 1.03f},
                     .moment1 = {-1, 2},
                     .moment2 = {1e-30f, 4},
                     .updates = 12,
                     .annealing = 1.2,
                     .last_compression = 1.0 / 3,
                     .frozen = {}};
  sparsity.snapshots = 2;
  WriteCheckpoint(sample, graph_, Path());
  EXPECT_EQ(ReadCheckpoint(Path(), graph_, sample.conditions), sample);
  sparsity.search.frozen = {256, 1};
  WriteCheckpoint(sample, graph_, Path());
  EXPECT_EQ(ReadCheckpoint(Path(), graph_, sample.conditions), sample);
}

TEST_F(CheckpointTest, ChangedConditionsAreNamed) {
  WriteCheckpoint(Sample(), graph_, Path());
  ExpectError({{"batch", "17"}, {"patch", "48"}}, ErrorKind::kInvalidArgument,
              "batch was '16' and is now '17'");
  ExpectError({{"batch", "16"}, {"patch", "48"}, {"new", "1"}}, ErrorKind::kInvalidArgument,
              "new was absent");
  ExpectError({{"batch", "16"}}, ErrorKind::kInvalidArgument, "patch was '48' and is now absent");
}

TEST_F(CheckpointTest, DamagedOrForeignFiles) {
  const auto conditions = Sample().conditions;
  ExpectError(conditions, ErrorKind::kNotFound, "checkpoint.safetensors");
  WriteCheckpoint(Sample(), graph_, Path());
  const std::string bytes = ReadFile(Path());
  WriteFile(Path(), bytes.substr(0, bytes.size() - 4));
  ExpectError(conditions, ErrorKind::kCorrupt, "checkpoint.safetensors");
  std::string foreign = bytes;
  foreign.replace(foreign.find("winnow-checkpoint-1"), 6, "winnew");
  WriteFile(Path(), foreign);
  ExpectError(conditions, ErrorKind::kCorrupt, "not a checkpoint");
  WriteFile(Path(), bytes);
  graph_.AddParam({"c", {1}});
  ExpectError(conditions, ErrorKind::kCorrupt, "weights/c");
}

}  // namespace
}  // namespace winnow
