#include "kernels/resample/bilinear.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernels/reference/bounded.h"
#include "kernels/reference/resample.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class BilinearTest : public testing::TestWithParam<Isa> {};

TEST_P(BilinearTest, IsWithinRoundingOfTheReference) {
  const BilinearKernels resize = GetBilinearKernels(GetParam());
  const int lanes = Lanes(GetParam());
  Random random(22);
  for (int repeat = 0; repeat < 100; ++repeat) {
    const int height = RandomInt(random, 1, 12), width = RandomInt(random, 1, 50);
    const int rows = RandomInt(random, 1, 24), columns = RandomInt(random, 1, 90);
    LaneImage in({2, height, width, RandomSpan(random, width, lanes), lanes, 0, 0});
    LaneImage out({2, rows, columns, RandomSpan(random, columns, lanes), lanes, 1, 1});
    const std::vector<float> values = RandomValues(2 * height * width, random);
    in.Fill(values);
    const int middle = RandomInt(random, 0, rows);
    const BilinearTask task(in.tensor(), out.tensor());
    resize.columns(task, 0, height);
    resize.rows(task, middle, rows);
    resize.rows(task, 0, middle);
    EXPECT_TRUE(out.IsConsistent());
    const std::vector<Bounded> exact(values.begin(), values.end());
    std::vector<Bounded> expected(2 * rows * columns);
    ReferenceBilinear<Bounded>({exact.data(), 2, height, width},
                               {expected.data(), 2, rows, columns});
    const std::vector<float> result = out.Pixels();
    for (std::size_t i = 0; i < result.size(); ++i) {
      ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
          << height << "x" << width << " to " << rows << "x" << columns;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, BilinearTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
