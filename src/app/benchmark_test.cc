#include "app/benchmark.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "networks/registry.h"
#include "support/pictures.h"

namespace winnow {
namespace {

TEST(Benchmark, CountsEveryMultiplyAdd) {
  Model model = BuildNetwork("srvgg", {2, {{"width", 4}, {"blocks", 1}}});
  FillWeights(model);
  BenchmarkOptions options;
  options.width = 20;
  options.height = 10;
  options.runs = 2;
  const BenchmarkReport report = Benchmark(model, options);
  // 3 -> 4, 4 -> 4 and 4 -> 12 channels, 3x3, for 200 pixels.
  EXPECT_NEAR(report.gmacs, (3 * 4 + 4 * 4 + 4 * 12) * 9 * 200 / 1e9, 1e-12);
  EXPECT_GT(report.milliseconds, 0);
  EXPECT_GE(report.milliseconds, report.fastest);
  EXPECT_GT(report.peak_per_thread, 0);
  EXPECT_FALSE(report.isa.empty());
  options.runs = 0;
  EXPECT_THROW(Benchmark(model, options), Error);
}

}  // namespace
}  // namespace winnow
