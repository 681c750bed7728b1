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
    const int span = RandomSpan(random, width, lanes, 3);
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

// Halves are floats of 11 significant bits; elsewhere than with AVX-512 there are none.
TEST_P(ConvertTest, HalvesThereAndBackAtEveryWidth) {
  if (GetParam() != Isa::kAvx512) GTEST_SKIP() << "no halves for " << Name(GetParam());
  const ConvertKernels kernels = GetConvertKernels(GetParam());
  const int lanes = 2 * Lanes(GetParam());
  Random random(5);
  for (int width = 1; width <= 700; width = width < 70 ? width + 1 : width + 211) {
    const int span = RandomSpan(random, width, lanes, 3);
    const int height = RandomInt(random, 1, 4);
    const auto extent = [&] { return RandomInt(random, 0, 2); };
    LaneImage halves({2, height, width, span, lanes, extent(), extent(), Element::kHalf});
    LaneImage floats({2, height, width, 2 * span, lanes / 2, extent(), extent()});
    LaneImage again({2, height, width, span, lanes, extent(), extent(), Element::kHalf});
    const std::vector<float> planar = RandomValues(2 * height * width, random);
    std::vector<float> rounded = planar;
    for (float& v : rounded) v = HalfToFloat(FloatToHalf(v));
    kernels.to_lanes(planar.data(), halves.tensor(), 0, height);
    EXPECT_TRUE(halves.IsConsistent()) << width;
    EXPECT_EQ(halves.Pixels(), rounded) << width;
    std::vector<float> back(planar.size());
    kernels.to_planar(halves.tensor(), back.data(), 0, height);
    EXPECT_EQ(back, rounded) << width;
    kernels.widen(halves.tensor(), floats.tensor(), 0, height);
    EXPECT_TRUE(floats.IsConsistent()) << width;
    EXPECT_EQ(floats.Pixels(), rounded) << width;
    floats.Fill(planar);
    kernels.narrow(floats.tensor(), again.tensor(), 0, height);
    EXPECT_TRUE(again.IsConsistent()) << width;
    EXPECT_EQ(again.Pixels(), rounded) << width;
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
