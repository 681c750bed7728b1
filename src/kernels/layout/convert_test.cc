#include "kernels/layout/convert.h"

#include <gtest/gtest.h>

#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class ConvertTest : public testing::TestWithParam<Isa> {};

TEST_P(ConvertTest, ThereAndBackAtEveryWidth) {
  const ConvertKernels kernels = GetConvertKernels(GetParam());
  const int lanes = Lanes(GetParam());
  Random random(3);
  for (int width = 1; width <= 70; ++width) {
    const int span = (width + lanes - 1) / lanes + RandomInt(random, 0, 3);
    const int height = RandomInt(random, 1, 4);
    LaneImage image(
        {2, height, width, span, lanes, RandomInt(random, 0, 5), RandomInt(random, 0, 2)});
    const std::vector<float> planar = RandomValues(2 * height * width, random);
    kernels.to_lanes(planar.data(), image.tensor(), 0, height);
    EXPECT_TRUE(image.IsConsistent()) << width;
    EXPECT_EQ(image.Pixels(), planar) << width;
    std::vector<float> back(planar.size());
    kernels.to_planar(image.tensor(), back.data(), 0, height);
    EXPECT_EQ(back, planar) << width;
  }
}

TEST_P(ConvertTest, CopyMovesRows) {
  const ConvertKernels kernels = GetConvertKernels(GetParam());
  const int lanes = Lanes(GetParam());
  const int span = 40 / lanes + 1;
  Random random(4);
  LaneImage from({2, 3, 37, span, lanes, 0, 1});
  from.Fill(RandomValues(2 * 3 * 37, random));
  LaneImage to({2, 5, 37, span, lanes, 2, 1});
  to.Fill(std::vector<float>(2 * 5 * 37, 1.0f));
  kernels.copy(from.tensor(), to.tensor(), 2, 0, 3);
  EXPECT_TRUE(to.IsConsistent());
  const std::vector<float> moved = to.Pixels();
  const std::vector<float> source = from.Pixels();
  EXPECT_EQ(moved[0], 1.0f);
  EXPECT_TRUE(std::equal(source.begin(), source.begin() + 3 * 37, moved.begin() + 2 * 37));
}

INSTANTIATE_TEST_SUITE_P(Targets, ConvertTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
