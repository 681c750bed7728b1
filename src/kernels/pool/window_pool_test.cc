#include "kernels/pool/window_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernels/reference/bounded.h"
#include "kernels/reference/resample.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class WindowPoolTest : public testing::TestWithParam<Isa> {};

TEST_P(WindowPoolTest, IsWithinRoundingOfTheReference) {
  const WindowPoolFn pool = GetWindowPoolKernel(GetParam());
  const int lanes = Lanes(GetParam());
  Random random(21);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const int kernel = RandomInt(random, 1, 7);
    const int stride = RandomInt(random, 1, 4);
    const int pad = RandomInt(random, 0, kernel);  // of windows wholly outside too
    const int height = RandomInt(random, kernel, 20), width = RandomInt(random, kernel, 70);
    const int rows = (height + 2 * pad - kernel) / stride + 1;
    const int columns = (width + 2 * pad - kernel) / stride + 1;
    LaneImage in({2, height, width, RandomSpan(random, width, lanes), lanes, 0, 0});
    LaneImage out({2, rows, columns, RandomSpan(random, columns, lanes), lanes, 1, 1});
    const std::vector<float> values = RandomValues(2 * height * width, random);
    in.Fill(values);
    const int middle = RandomInt(random, 0, rows);
    const bool mean = random.Coin();
    const WindowPoolTask task = {in.tensor(), out.tensor(), mean, kernel, stride, pad, pad};
    pool(task, middle, rows);
    pool(task, 0, middle);
    EXPECT_TRUE(out.IsConsistent());
    const std::vector<Bounded> exact(values.begin(), values.end());
    std::vector<Bounded> expected(2 * rows * columns);
    const auto reference = mean ? &ReferenceAveragePool<Bounded> : &ReferenceMaxPool<Bounded>;
    reference({exact.data(), 2, height, width}, {expected.data(), 2, rows, columns}, kernel, stride,
              pad, pad);
    const std::vector<float> result = out.Pixels();
    for (std::size_t i = 0; i < result.size(); ++i) {
      if (!mean) {
        ASSERT_EQ(expected[i].error, 0);  // maxima are exact
      }
      ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
          << kernel << " stride " << stride << " pad " << pad << (mean ? " mean" : "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, WindowPoolTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
