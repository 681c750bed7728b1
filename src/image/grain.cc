#include "image/grain.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "image/noise.h"

namespace winnow {
namespace {

constexpr int kBlock = 8;  // codecs decide for blocks what to keep

// Standard deviation of the brightness in a block of the picture, in levels.
double Detail(const Image& sharp, const Rect& block) {
  double sum = 0, squares = 0;
  for (int y = block.y; y < block.y + block.height; ++y) {
    for (int x = block.x; x < block.x + block.width; ++x) {
      const double mean = (sharp.at(y, x, 0) + sharp.at(y, x, 1) + sharp.at(y, x, 2)) / 3.0;
      sum += mean;
      squares += mean * mean;
    }
  }
  const double share = 1.0 / (block.width * block.height);
  return std::sqrt(std::max(0.0, share * squares - share * sum * share * sum));
}

// Noise of variance 1 that is alike in neighbouring pixels: white noise, smoothed by 1 2 1 in both
// directions.
std::vector<float> SmoothNoise(int width, int height, std::uint64_t seed) {
  const int wide = width + 2;
  Random random(seed);
  std::vector<float> white(static_cast<std::size_t>(wide) * (height + 2));
  for (float& value : white) value = Noise(random);
  std::vector<float> smooth;
  smooth.reserve(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float* above = white.data() + static_cast<std::size_t>(y) * wide + x;
      const auto row = [](const float* at) { return at[0] + 2 * at[1] + at[2]; };
      const float sum = row(above) + 2 * row(above + wide) + row(above + 2 * wide);
      smooth.push_back(sum / 6);  // the weights' squares sum to 36
    }
  }
  return smooth;
}

}  // namespace

Grain::Grain(const Image& sharp, const Rect& rect, double level, std::uint64_t seed)
    : width_(rect.width), values_(SmoothNoise(rect.width, rect.height, seed)) {
  constexpr double kMuch = 8;  // levels of detail from which on codecs lose as much everywhere
  for (int top = 0; top < rect.height; top += kBlock) {
    for (int left = 0; left < rect.width; left += kBlock) {
      const Rect block = {rect.x + left, rect.y + top, std::min(kBlock, rect.width - left),
                          std::min(kBlock, rect.height - top)};
      const auto gain = static_cast<float>(level * std::min(1.0, Detail(sharp, block) / kMuch));
      for (int y = top; y < top + block.height; ++y) {
        float* row = values_.data() + static_cast<std::size_t>(y) * width_;
        for (int x = left; x < left + block.width; ++x) row[x] *= gain;
      }
    }
  }
}

}  // namespace winnow
