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
      for (int c = 0; c < 2; ++c) pool({in.tensor(), out.tensor(), deviation}, c);
      EXPECT_TRUE(out.IsConsistent());
      for (int c = 0; c < 2; ++c) {
        EXPECT_LE(std::abs(out.Pixels()[c] - expected[c].value), expected[c].error) << width;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, GlobalPoolTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
