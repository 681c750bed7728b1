#include "training/batch_source.h"

#include <gtest/gtest.h>

#include "training/test_data.h"

namespace winnow {
namespace {

std::vector<PicturePair> WavyPairs() {
  return {{"", WavyImage(20, 16, 1), WavyImage(40, 32, 2)},
          {"", WavyImage(12, 24, 3), WavyImage(24, 48, 4)}};
}

Recipe SmallRecipe() {
  Recipe recipe;
  recipe.batch = 3;
  recipe.patch = 8;
  return recipe;
}

ModelInfo TwiceInfo() {
  ModelInfo info;
  info.scale = 2;
  return info;
}

TEST(BatchSourceTest, WorkingAheadChangesNothing) {
  const std::vector<PicturePair> pairs = WavyPairs();
  BatchSource plain(SmallRecipe(), TwiceInfo(), pairs);
  BatchSource ahead(SmallRecipe(), TwiceInfo(), pairs, {.threads = 2, .ahead = true});
  Random::State of_plain = Random(5).state(), of_ahead = of_plain;
  for (int i = 0; i < 4; ++i) {
    const Batch expected = plain.Next(of_plain, i);
    const Batch got = ahead.Next(of_ahead, i);
    EXPECT_TRUE(at::equal(got.input, expected.input)) << i;
    EXPECT_TRUE(at::equal(got.target, expected.target)) << i;
    EXPECT_EQ(of_ahead, of_plain) << i;
  }
}

TEST(BatchSourceTest, AnotherStateThanExpectedIsObeyed) {
  const std::vector<PicturePair> pairs = WavyPairs();
  BatchSource source(SmallRecipe(), TwiceInfo(), pairs, {.ahead = true});
  Random::State state = Random(5).state();
  const Batch first = source.Next(state, 0);
  state = Random(5).state();
  EXPECT_TRUE(at::equal(source.Next(state, 0).input, first.input));
}

TEST(BatchSourceTest, BatchesAreChannelsLast) {
  const std::vector<PicturePair> pairs = WavyPairs();
  BatchSource source(SmallRecipe(), TwiceInfo(), pairs);
  Random::State state = Random(1).state();
  const Batch batch = source.Next(state, 0);
  EXPECT_EQ(batch.input.sizes(), (std::vector<std::int64_t>{3, 3, 8, 8}));
  EXPECT_EQ(batch.target.sizes(), (std::vector<std::int64_t>{3, 3, 16, 16}));
  EXPECT_TRUE(batch.target.is_contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace
}  // namespace winnow
