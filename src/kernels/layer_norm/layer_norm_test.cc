#include "kernels/layer_norm/layer_norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernels/reference/bounded.h"
#include "kernels/reference/layer_norm.h"
#include "kernels/testing/lane_image.h"

namespace winnow {
namespace {

class LayerNormTest : public testing::TestWithParam<Isa> {};

TEST_P(LayerNormTest, StaysWithinTheBoundsOfRounding) {
  const LayerNormFn normalise = GetLayerNormKernel(GetParam());
  const int lanes = Lanes(GetParam());
  Random random(22);
  for (int repeat = 0; repeat < 60; ++repeat) {
    const int channels = RandomInt(random, 1, 40);
    const int height = RandomInt(random, 1, 6), width = RandomInt(random, 1, 120);
    const int span = RandomSpan(random, width, lanes);
    LaneImage in({channels, height, width, span, lanes, 0, 0});
    LaneImage out({channels, height, width, span, lanes, 1, 1});
    std::vector<float> values =
        RandomValues(static_cast<std::size_t>(channels) * height * width, random);
    const float level = static_cast<float>(100 * random.Uniform());  // far from zero, too
    for (float& v : values) v += level;
    in.Fill(values);
    const std::vector<float> weight = RandomValues(channels, random);
    const std::vector<float> bias = RandomValues(channels, random);
    const int middle = RandomInt(random, 0, height);
    const LayerNormTask task = {in.tensor(), out.tensor(), weight.data(), bias.data(), 1e-3f};
    normalise(task, middle, height);
    normalise(task, 0, middle);
    EXPECT_TRUE(out.IsConsistent());

    const std::vector<Bounded> exact_in(values.begin(), values.end());
    std::vector<Bounded> exact(values.size());
    ReferenceLayerNorm<Bounded>({exact_in.data(), channels, height, width}, weight.data(),
                                bias.data(), 1e-3f, {exact.data(), channels, height, width});
    const std::vector<float> pixels = out.Pixels();
    for (std::size_t i = 0; i < exact.size(); ++i) {
      ASSERT_LE(std::abs(pixels[i] - exact[i].value), exact[i].error) << i << " of " << channels;
    }
  }
}

TEST_P(LayerNormTest, MayWriteOverItsInput) {
  const int lanes = Lanes(GetParam());
  Random random(23);
  LaneImage in({5, 3, 4 * lanes, 5, lanes, 1, 1});
  LaneImage out({5, 3, 4 * lanes, 5, lanes, 1, 1});
  in.Fill(RandomValues(std::size_t{5} * 3 * 4 * lanes, random));
  const std::vector<float> weight(5, 2.0f), bias(5, 1.0f);
  const LayerNormFn normalise = GetLayerNormKernel(GetParam());
  normalise({in.tensor(), out.tensor(), weight.data(), bias.data(), 1e-6f}, 0, 3);
  normalise({in.tensor(), in.tensor(), weight.data(), bias.data(), 1e-6f}, 0, 3);
  EXPECT_EQ(in.Pixels(), out.Pixels());
}

INSTANTIATE_TEST_SUITE_P(Targets, LayerNormTest, testing::ValuesIn(AvailableIsas()),
                         [](const auto& info) { return std::string(Name(info.param)); });

}  // namespace
}  // namespace winnow
