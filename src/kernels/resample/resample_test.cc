#include "kernels/resample/resample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/reference/bounded.h"
#include "kernels/reference/resample.h"
#include "kernels/reference/spatial.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class ResampleTest : public testing::TestWithParam<Isa> {
 protected:
  LaneShape Shape(int channels, int height, int width, int span, int halo) const {
    return {channels, height, width, span, Lanes(GetParam()), halo, 1};
  }
  int Span(int width) const { return (width + Lanes(GetParam()) - 1) / Lanes(GetParam()); }
};

TEST_P(ResampleTest, UpsampleAgreesWithTheDefinition) {
  const ResampleKernels kernels = GetResampleKernels(GetParam());
  Random random(7);
  for (int width = 1; width <= 70; width += 2) {
    const int factor = RandomInt(random, 1, 4);
    const int height = RandomInt(random, 1, 4);
    const int span = Span(width) + RandomInt(random, 0, 2);
    LaneImage in(Shape(2, height, width, span, 1));
    const std::vector<float> values = RandomValues(2 * height * width, random);
    in.Fill(values);
    const std::vector<Bounded> exact(values.begin(), values.end());
    std::vector<Bounded> expected(values.size() * factor * factor);
    for (bool bilinear : {false, true}) {
      (bilinear ? ReferenceBilinear<Bounded>
                : ReferenceNearest<Bounded>)({exact.data(), 2, height, width},
                                             {expected.data(), 2, height * factor, width * factor});
      LaneImage out(Shape(2, height * factor, width * factor, span * factor, 1));
      const int cut = RandomInt(random, 0, height);
      kernels.upsample({in.tensor(), out.tensor(), factor, bilinear}, 0, cut);
      kernels.upsample({in.tensor(), out.tensor(), factor, bilinear}, cut, height);
      EXPECT_TRUE(out.IsConsistent());
      const std::vector<float> result = out.Pixels();
      for (std::size_t i = 0; i < result.size(); ++i) {
        ASSERT_LE(std::abs(result[i] - expected[i].value), expected[i].error)
            << "width " << width << ", factor " << factor << ", element " << i;
      }
    }
  }
}

TEST_P(ResampleTest, ShuffleAgreesWithTheDefinition) {
  const ResampleKernels kernels = GetResampleKernels(GetParam());
  Random random(8);
  for (int width : {1, 3, 16, 17, 40}) {
    for (int factor : {1, 2, 3}) {
      for (bool channel_last : {false, true}) {
        const int channels = 2 * factor * factor;
        const std::vector<float> values = RandomValues(channels * 3 * width, random);
        std::vector<float> expected(values.size());
        ReferenceShuffle<float>({values.data(), channels, 3, width},
                                {expected.data(), 2, 3 * factor, width * factor}, factor,
                                channel_last);
        LaneImage in(Shape(channels, 3, width, Span(width), 0));
        in.Fill(values);
        LaneImage out(Shape(2, 3 * factor, width * factor, Span(width) * factor, 2));
        kernels.shuffle({in.tensor(), out.tensor(), factor, channel_last}, 0, 3);
        EXPECT_TRUE(out.IsConsistent());
        EXPECT_EQ(out.Pixels(), expected);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ResampleTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
