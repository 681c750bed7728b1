// The engine against the definition of every operator, node by node with rigorous bounds; and what
// it fuses against what it does not.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/bounds.h"
#include "engine/session.h"
#include "executors/networks_under_test.h"
#include "executors/operators_under_test.h"
#include "kernels/isa.h"

namespace winnow {
namespace {

// Runs all nodes and checks each against its own inputs.
void Check(const Model& model, Size size, ExecutorKind executor) {
  const Tensor input = RandomInput(model.graph.input_channels(), size, 7);
  Session nodes(WithAllOutputs(model), {executor, 1});
  const std::vector<Tensor> results = nodes.RunAll(input);
  const WorstNode worst = FindWorstNode(model, input, results);
  EXPECT_LE(worst.deviation, 1) << "node " << worst.name << " at " << size.height << "x"
                                << size.width << " on " << nodes.isa();
  // With fewer outputs more is fused, which must not change a bit.
  Session fused(model, {executor, 1});
  EXPECT_TRUE(fused.Run(input) == results[model.graph.output() - 1])
      << "fused, at " << size.height << "x" << size.width << " on " << fused.isa();
}

class ForcedIsa : public testing::Test {
 protected:
  void TearDown() override { unsetenv("WINNOW_ISA"); }
  static void Force(Isa isa) { setenv("WINNOW_ISA", std::string(Name(isa)).c_str(), 1); }
};

class EveryNetwork : public ForcedIsa, public testing::WithParamInterface<std::string> {};
using EveryOperator = ForcedIsa;

TEST_F(EveryOperator, IsCorrectOnEveryTarget) {
  for (const OperatorCase& c : OperatorCases()) {
    SCOPED_TRACE(c.name);
    const std::vector<Size> sizes = SizesFor(c.model, 250'000'000);
    EXPECT_FALSE(sizes.empty());
    for (Size size : sizes) {
      for (Isa isa : AvailableIsas()) {
        Force(isa);
        Check(c.model, size, ExecutorKind::kFast);
      }
      Check(c.model, size, ExecutorKind::kReference);
    }
  }
}

TEST_P(EveryNetwork, FastExecutorIsCorrect) {
  const Model model = SmallNetwork(GetParam());
  const std::vector<Size> sizes = SizesFor(model, 250'000'000);
  ASSERT_FALSE(sizes.empty());
  for (Size size : sizes) Check(model, size, ExecutorKind::kFast);
}

TEST_P(EveryNetwork, OtherTargetsAreCorrect) {
  const Model model = SmallNetwork(GetParam());
  for (Isa isa : AvailableIsas()) {
    Force(isa);
    for (Size size : SizesFor(model, 30'000'000)) Check(model, size, ExecutorKind::kFast);
  }
}

TEST_P(EveryNetwork, ReferenceStaysInItsOwnBounds) {
  const Model model = SmallNetwork(GetParam());
  for (Size size : SizesFor(model, 30'000'000)) Check(model, size, ExecutorKind::kReference);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryNetwork, testing::ValuesIn(NetworkNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace winnow
