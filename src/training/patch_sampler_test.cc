#include "training/patch_sampler.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include "training/test_data.h"

namespace winnow {
namespace {

// Every target pixel is the input pixel it lies on, so that alignment can be seen.
PicturePair Enlarged(int width, int height, int scale, std::uint64_t seed) {
  PicturePair pair{"", WavyImage(width, height, seed), Image(width * scale, height * scale, 3)};
  for (int y = 0; y < height * scale; ++y) {
    for (int x = 0; x < width * scale; ++x) {
      for (int c = 0; c < 3; ++c) pair.target.set(y, x, c, pair.input.at(y / scale, x / scale, c));
    }
  }
  return pair;
}

TEST(PatchSamplerTest, TargetsMatchInputsInEveryTurn) {
  const std::vector<PicturePair> pairs = {Enlarged(9, 7, 2, 1), Enlarged(6, 12, 2, 2)};
  ModelInfo info;
  info.scale = 2;
  const int patch = 5, count = 40;
  PatchSampler sampler(pairs, info, patch);
  std::vector<float> input(3 * count * patch * patch), target(4 * input.size());
  Random random(3);
  sampler.Fill(random, count, {input.data(), target.data()});
  std::set<std::vector<float>> different;
  for (int i = 0; i < count; ++i) {
    const float* in = input.data() + i * 3 * patch * patch;
    const float* out = target.data() + i * 12 * patch * patch;
    different.insert(std::vector<float>(in, in + 3 * patch * patch));
    for (int y = 0; y < 2 * patch; ++y) {
      for (int x = 0; x < 2 * patch; ++x) {
        for (int c = 0; c < 3; ++c) {
          ASSERT_EQ(out[(y * 2 * patch + x) * 3 + c], in[((y / 2) * patch + x / 2) * 3 + c]);
        }
      }
    }
  }
  EXPECT_GT(different.size(), 30u);
}

TEST(PatchSamplerTest, DrawsAllEightTurns) {
  PicturePair pair{"", Image(2, 2, 3), Image(2, 2, 3)};
  for (int i = 0; i < 4; ++i) pair.input.set(i / 2, i % 2, 0, i);
  const std::vector<PicturePair> pairs = {pair};
  PatchSampler sampler(pairs, ModelInfo{}, 2);
  Random random(1);
  std::set<std::vector<float>> turns;
  for (int i = 0; i < 200; ++i) {
    std::vector<float> input(12), target(12);
    sampler.Fill(random, 1, {input.data(), target.data()});
    turns.insert(input);
  }
  EXPECT_EQ(turns.size(), 8u);
}

TEST(PatchSamplerTest, NumbersFollowTheModel) {
  PicturePair pair{"", Image(1, 1, 3), Image(1, 1, 3)};
  for (int c = 0; c < 3; ++c) pair.input.set(0, 0, c, 51 * (c + 1));
  const std::vector<PicturePair> pairs = {pair};
  ModelInfo info;
  info.pixel_range = 255;
  info.mean = {1, 2, 3};
  info.colour = "bgr";
  Random random(1);
  std::vector<float> input(3), target(3);
  PatchSampler(pairs, info, 1).Fill(random, 1, {input.data(), target.data()});
  EXPECT_EQ(input, (std::vector<float>{152, 100, 48}));
  EXPECT_EQ(target, (std::vector<float>{-1, -2, -3}));
}

TEST(PatchSamplerTest, LargerPicturesComeMoreOften) {
  std::vector<PicturePair> pairs = {Enlarged(4, 4, 1, 1), Enlarged(12, 4, 1, 2)};
  for (int i = 0; i < 2; ++i) {
    std::fill_n(pairs[i].input.data(), pairs[i].input.size_bytes(),
                static_cast<std::uint8_t>(255 * i));
  }
  PatchSampler sampler(pairs, ModelInfo{}, 1);
  Random random(5);
  std::vector<float> input(3000), target(3000);
  sampler.Fill(random, 1000, {input.data(), target.data()});
  double large = 0;
  for (int i = 0; i < 1000; ++i) large += input[3 * i];
  EXPECT_NEAR(large, 750, 60);  // over four standard deviations
}

TEST(PatchSamplerTest, BlursPatchesOfPairsWithoutInput) {
  const std::vector<PicturePair> pairs = {{"", Image(), WavyImage(40, 30, 1)}};
  const int patch = 16, count = 12;
  const std::size_t size = 3 * patch * patch;
  const auto fill = [&](const BlurOptions& blur, int threads) {
    std::vector<float> numbers(2 * count * size);
    Random random(9);
    PatchSampler(pairs, ModelInfo{}, patch, blur)
        .Fill(random, count, {numbers.data(), numbers.data() + count * size}, threads);
    return numbers;
  };
  const auto different = [&](const std::vector<float>& numbers) {
    int patches = 0;
    for (int i = 0; i < count; ++i) {
      const auto input = numbers.begin() + i * size;
      patches += !std::equal(input, input + size, input + count * size);
    }
    return patches;
  };
  EXPECT_EQ(different(fill({.sharp = 1}, 1)), 0);  // inputs turn with their targets
  EXPECT_EQ(different(fill({.sharp = 0}, 1)), count);
  EXPECT_EQ(fill({.sharp = 0.2}, 1), fill({.sharp = 0.2}, 3));
}

// A patch's numbers, whatever its turn.
std::multiset<float> Content(const std::vector<float>& patches, int i, std::size_t size) {
  return {patches.begin() + i * size, patches.begin() + (i + 1) * size};
}

TEST(PatchSamplerTest, ReusedPatchesComeBackTurnedAndMakeRoom) {
  const std::vector<PicturePair> pairs = {{"", Image(), WavyImage(40, 30, 1)}};
  const int patch = 8, count = 6, held = 4, times = 3;
  const std::size_t size = 3 * patch * patch;
  PatchSampler sampler(pairs, ModelInfo{}, patch, BlurOptions{.sharp = 0},
                       {.times = times, .held = held, .seed = 5});
  std::set<std::multiset<float>> contents;
  std::set<std::vector<float>> turned;
  const auto draw = [&](int step) {
    std::vector<float> input(count * size), target(count * size);
    Random random(step + 1);
    sampler.MoveTo(step * count);
    sampler.Fill(random, count, {input.data(), target.data()}, 2);
    for (int i = 0; i < count; ++i) {
      contents.insert(Content(input, i, size));
      turned.emplace(input.begin() + i * size, input.begin() + (i + 1) * size);
    }
    return input;
  };
  const int steps = 20;
  std::vector<float> last;
  for (int step = 0; step < steps; ++step) last = draw(step);
  // All that were ever there to draw from, but for the few that chance left out.
  const int numbered = held + (steps - 1) * count / times;
  EXPECT_LE(contents.size(), numbered);
  EXPECT_GE(contents.size(), numbered - 8);
  EXPECT_GT(turned.size(), 2 * contents.size());

  // A sampler that begins here draws the same.
  PatchSampler resumed(pairs, ModelInfo{}, patch, BlurOptions{.sharp = 0},
                       {.times = times, .held = held, .seed = 5});
  std::vector<float> input(count * size), target(count * size);
  Random random(steps);
  resumed.MoveTo((steps - 1) * count);
  resumed.Fill(random, count, {input.data(), target.data()});
  EXPECT_EQ(input, last);
}

TEST(PatchSamplerTest, TheGeneratorDecidesEverything) {
  const std::vector<PicturePair> pairs = {Enlarged(9, 9, 2, 1)};
  ModelInfo info;
  info.scale = 2;
  PatchSampler sampler(pairs, info, 4);
  std::vector<float> input[2], target[2];
  Random first(11);
  first.Next();
  Random second(first.state());
  Random* randoms[2] = {&first, &second};
  for (int i = 0; i < 2; ++i) {
    input[i].resize(3 * 4 * 16);
    target[i].resize(4 * input[i].size());
    sampler.Fill(*randoms[i], 4, {input[i].data(), target[i].data()});
  }
  EXPECT_EQ(input[0], input[1]);
  EXPECT_EQ(target[0], target[1]);
  EXPECT_EQ(first.state(), second.state());
}

// Sums of squared differences of neighbours along a row, a column and the two diagonals.
std::array<double, 4> Roughness(const float* patch, int extent) {
  constexpr int kSteps[4][2] = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};
  std::array<double, 4> sums = {};
  for (int y = 0; y + 1 < extent; ++y) {
    for (int x = 1; x + 1 < extent; ++x) {
      for (int i = 0; i < 4; ++i) {
        const int there = (y + kSteps[i][1]) * extent + x + kSteps[i][0];
        const double difference = patch[3 * there] - patch[3 * (y * extent + x)];
        sums[i] += difference * difference;
      }
    }
  }
  return sums;
}

TEST(PatchSamplerTest, MotionTurnsWithItsPatch) {
  Random noise(1);
  PicturePair pair{"", Image(), Image(120, 90, 3)};
  for (std::size_t i = 0; i < pair.target.size_bytes(); ++i) {
    pair.target.data()[i] = static_cast<std::uint8_t>(noise.Below(256));
  }
  const std::vector<PicturePair> pairs = {pair};
  const int patch = 32, cells = patch / 8, count = 200;
  BlurOptions blur;
  blur.path = 12;
  blur.objects = 0;
  blur.rotation = blur.noise = blur.grain = blur.sharp = 0;
  std::vector<float> input(3 * count * patch * patch), target(input.size());
  std::vector<float> motion(3 * count * cells * cells);
  Random random(2);
  PatchSampler(pairs, ModelInfo{}, patch, blur)
      .Fill(random, count, {input.data(), target.data(), motion.data()}, 2);
  int told = 0, right = 0;
  for (int i = 0; i < count; ++i) {
    const float* shape = motion.data() + 3 * i * cells * cells;
    for (int c = 0; c < cells * cells; ++c) {  // nothing turns: all cells are alike
      for (int k = 0; k < 3; ++k) ASSERT_NEAR(shape[3 * c + k], shape[k], 1e-4);
    }
    if (shape[0] < 1) continue;
    // What is blurred along a direction is smooth in it.
    const auto rough = Roughness(input.data() + 3 * i * patch * patch, patch);
    if (std::abs(shape[1]) > 0.7f * shape[0]) {
      ++told;
      right += (shape[1] > 0) == (rough[0] < rough[1]);
    } else if (std::abs(shape[2]) > 0.7f * shape[0]) {
      ++told;
      right += (shape[2] > 0) == (rough[2] < rough[3]);
    }
  }
  EXPECT_GT(told, 60);
  EXPECT_GT(right, 0.95 * told);
}

TEST(PatchSamplerTest, MotionOfRealPairsIsNotKnown) {
  const std::vector<PicturePair> pairs = {Enlarged(16, 16, 1, 1)};
  std::vector<float> input(3 * 64), target(3 * 64), motion(3);
  Random random(1);
  PatchSampler(pairs, ModelInfo{}, 8, BlurOptions{})
      .Fill(random, 1, {input.data(), target.data(), motion.data()});
  for (float value : motion) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace winnow
