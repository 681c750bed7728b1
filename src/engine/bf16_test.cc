// Results of Precision::kBf16 against those of kExact.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "engine/session.h"
#include "engine/testing/precision.h"
#include "graph/builder.h"
#include "kernels/dnnl/bf16_conv.h"

namespace winnow {
namespace {

// Dense layers that Winograd's algorithm cannot do, one with a residual, the last with a shuffle;
// `kept` of 32 weights are not zero.
Model Network(int kept) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(3), "first", 32, {.kernel = 3});
  const NodeId second = g.Conv(first, "second", 32, {.kernel = 5});
  const NodeId third = g.Conv(g.Add(first, second), "third", 64, {.kernel = 5, .stride = 2});
  const NodeId fourth = g.Conv(third, "fourth", 48, {.kernel = 3, .stride = 2});
  return ModelKeeping(kept, g.Finish({g.Apply(PixelShuffle{4}, {fourth})}));
}

int StepsInBf16(Session& session, const Tensor& input) {
  const std::vector<StepTime> steps = session.Profile(input);
  return static_cast<int>(std::ranges::count(steps, "oneDNN bf16", &StepTime::kernel));
}

class Bf16SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string obstacle = Bf16Obstacle(AvailableIsas().front());
    if (!obstacle.empty()) GTEST_SKIP() << "no convolutions in bfloat16: " << obstacle;
  }
};

// Four layers in a row: their errors add up to about twice that of one, 2.4e-3 of the results'
// root mean square on average.
TEST_F(Bf16SessionTest, IsNearExact) {
  const Model model = Network(32);
  Session exact(model, Options(Precision::kExact));
  Session bf16(model, Options(Precision::kBf16));
  for (const auto& [height, width] : {std::pair(1, 1), {5, 3}, {23, 70}, {40, 161}}) {
    const Tensor input = Noise(height, width);
    EXPECT_GE(StepsInBf16(bf16, input), 2);
    EXPECT_EQ(StepsInBf16(exact, input), 0);
    const Tensor expected = exact.Run(input);
    const Tensor result = bf16.Run(input);
    double squares = 0, errors = 0;
    for (std::size_t i = 0; i < result.data.size(); ++i) {
      squares += std::pow(static_cast<double>(expected.data[i]), 2);
      errors += std::pow(static_cast<double>(result.data[i]) - expected.data[i], 2);
    }
    EXPECT_LT(std::sqrt(errors / squares), 8e-3) << height << " " << width;
    EXPECT_GT(errors, 0);
  }
}

TEST_F(Bf16SessionTest, DoesNotDependOnThreads) {
  const Model model = Network(32);
  const Tensor input = Noise(50, 90);
  Session one(model, Options(Precision::kBf16, 1));
  Session two(model, Options(Precision::kBf16, 2));
  EXPECT_EQ(one.Run(input).data, two.Run(input).data);
}

TEST_F(Bf16SessionTest, SparseLayersStayInFloat) {
  Session bf16(Network(2), Options(Precision::kBf16));
  EXPECT_EQ(StepsInBf16(bf16, Noise(23, 70)), 0);
}

TEST(Bf16Refusal, SaysWhy) {
  ASSERT_EQ(setenv("WINNOW_ISA", std::string(Name(AvailableIsas().back())).c_str(), 1), 0);
  try {
    Session session(Network(32), Options(Precision::kBf16));
    ADD_FAILURE() << "not refused";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kUnsupported);
    EXPECT_EQ(std::string(e.what()), "precision bf16: " + Bf16Obstacle(AvailableIsas().back()));
  }
  unsetenv("WINNOW_ISA");
}

}  // namespace
}  // namespace winnow
