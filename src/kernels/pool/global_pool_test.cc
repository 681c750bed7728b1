#include "kernels/pool/global_pool.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/reference/bounded.h"
#include "kernels/reference/resample.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class GlobalPoolTest : public testing::TestWithParam<Isa> {};

TEST_P(GlobalPoolTest, AgreesWithTheDefinition) {
  const GlobalPoolFn pool = GetGlobalPoolKernel(GetParam());
  const int lanes = Lanes(GetParam());
  Random random(9);
  for (int width = 1; width <= 70; ++width) {
    const int height = RandomInt(random, 1, 5);
    LaneImage in({2, height, width, (width + lanes - 1) / lanes + 1, lanes, 1, 1});
    std::vector<float> values = RandomValues(2 * height * width, random);
    for (float& v : values) v += 3;  // a mean to get wrong
    in.Fill(values);
    const std::vector<Bounded> exact(values.begin(), values.end());
    for (bool deviation : {false, true}) {
      std::vector<Bounded> expected(2);
      (deviation ? ReferenceGlobalDeviation<Bounded>
                 : ReferenceGlobalMean<Bounded>)({exact.data(), 2, height, width},
                                                 {expected.data(), 2, 1, 1});
      LaneImage out({2, 1, 1, 3, lanes, 1, 1});
      const GlobalPoolTask task = {in.tensor(), out.tensor(), deviation};
      pool(task, 1, 2);
      pool(task, 0, 1);
      EXPECT_TRUE(out.IsConsistent());
      for (int c = 0; c < 2; ++c) {
        EXPECT_LE(std::abs(out.Pixels()[c] - expected[c].value), expected[c].error) << width;
      }
      LaneImage together({2, 1, 1, 3, lanes, 1, 1});
      pool({in.tensor(), together.tensor(), deviation}, 0, 2);
      EXPECT_EQ(together.Pixels(), out.Pixels());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, GlobalPoolTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
