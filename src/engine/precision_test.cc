// Results of Precision::kFast against those of kExact.
#include "engine/testing/precision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/session.h"
#include "graph/builder.h"

namespace winnow {
namespace {

// Two dense 3x3 convolutions, the second with a residual and a shuffle behind it; `kept` of 32
// weights are not zero.
Model Network(int kept) {
  GraphBuilder g;
  const NodeId first = g.Conv(g.Input(3), "first", 32, {.kernel = 3});
  const NodeId second = g.Conv(first, "second", 32, {.kernel = 3});
  const NodeId third = g.Conv(g.Add(first, second), "third", 48, {.kernel = 3});
  return ModelKeeping(kept, g.Finish({g.Apply(PixelShuffle{2}, {third})}));
}

bool UsesWinograd(Session& session, const Tensor& input) {
  const std::vector<StepTime> steps = session.Profile(input);
  return std::ranges::any_of(steps,
                             [](const StepTime& s) { return s.kernel.starts_with("winograd"); });
}

TEST(PrecisionTest, FastIsNearExact) {
  const Model model = Network(32);
  Session exact(model, Options(Precision::kExact));
  Session fast(model, Options(Precision::kFast));
  for (const auto& [height, width] : {std::pair(1, 1), {5, 3}, {23, 70}, {40, 161}}) {
    const Tensor input = Noise(height, width);
    EXPECT_TRUE(UsesWinograd(fast, input));
    EXPECT_FALSE(UsesWinograd(exact, input));
    const Tensor expected = exact.Run(input);
    const Tensor result = fast.Run(input);
    double squares = 0;
    for (float x : expected.data) squares += static_cast<double>(x) * x;
    const double rms = std::sqrt(squares / static_cast<double>(expected.size()));
    for (std::size_t i = 0; i < result.data.size(); ++i) {
      ASSERT_NEAR(result.data[i], expected.data[i], 3e-5 * rms) << height << " " << width;
    }
  }
}

TEST(PrecisionTest, FastDoesNotDependOnThreads) {
  const Model model = Network(32);
  const Tensor input = Noise(50, 90);
  Session one(model, Options(Precision::kFast, 1));
  Session two(model, Options(Precision::kFast, 2));
  EXPECT_EQ(one.Run(input).data, two.Run(input).data);
}

TEST(PrecisionTest, SparseLayersStayDirect) {
  Session fast(Network(4), Options(Precision::kFast));
  EXPECT_FALSE(UsesWinograd(fast, Noise(23, 70)));
}

}  // namespace
}  // namespace winnow
