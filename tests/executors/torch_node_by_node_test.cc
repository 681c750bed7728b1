// libtorch against the definition of every operator, with the same bounds as the engine: so both
// agree.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/session.h"
#include "executors/networks_under_test.h"
#include "executors/operators_under_test.h"
#include "executors/torch_nodes.h"
#include "training/torch_session.h"

namespace winnow {
namespace {

TEST(EveryOperatorInTorch, IsCorrect) {
  for (const OperatorCase& c : OperatorCases()) {
    SCOPED_TRACE(c.name);
    for (Size size : SizesFor(c.model, 250'000'000)) {
      const Tensor input = RandomInput(c.model.graph.input_channels(), size, 7);
      const WorstNode worst = FindWorstNode(c.model, input, RunTorchNodes(c.model, input));
      EXPECT_LE(worst.deviation, 1)
          << "node " << worst.name << " at " << size.height << "x" << size.width;
    }
  }
}

class EveryNetworkInTorch : public testing::TestWithParam<std::string> {};

TEST_P(EveryNetworkInTorch, IsCorrect) {
  const Model model = SmallNetwork(GetParam());
  for (Size size : SizesFor(model, 250'000'000)) {
    const Tensor input = RandomInput(model.graph.input_channels(), size, 7);
    const WorstNode worst = FindWorstNode(model, input, RunTorchNodes(model, input));
    EXPECT_LE(worst.deviation, 1) << "node " << worst.name << " at " << size.height << "x"
                                  << size.width;
  }
}

// End to end errors compound by amounts that no bound predicts usefully; this guards the sessions'
// own plumbing.
TEST_P(EveryNetworkInTorch, SessionsAgree) {
  const Model model = SmallNetwork(GetParam());
  const Size size = SizesFor(model, 250'000'000).back();
  const Tensor input = RandomInput(model.graph.input_channels(), size, 9);
  const std::vector<Tensor> ours = Session(model).RunAll(input);
  const std::vector<Tensor> theirs = TorchSession(model).RunAll(input);
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ASSERT_EQ(ours[i].shape, theirs[i].shape);
    double difference = 0;
    double power = 0;
    for (std::size_t k = 0; k < ours[i].data.size(); ++k) {
      difference += std::pow(double{ours[i].data[k]} - theirs[i].data[k], 2);
      power += std::pow(double{theirs[i].data[k]}, 2);
    }
    EXPECT_LE(std::sqrt(difference), 1e-4 * std::sqrt(power));
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryNetworkInTorch, testing::ValuesIn(NetworkNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace winnow
