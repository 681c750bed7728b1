// Folders of pictures for the tests of training.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>

#include "base/random.h"
#include "image/codec.h"
#include "support/temporary_folder.h"

namespace winnow {

// The folder `name` inside `folder`, made if needed.
inline std::filesystem::path Sub(const TemporaryFolder& folder, const std::string& name) {
  std::filesystem::create_directories(folder / name);
  return folder / name;
}

// Smooth waves of random direction: something a network can learn.
inline Image WavyImage(int width, int height, std::uint64_t seed) {
  Random random(seed);
  Image image(width, height, 3);
  for (int c = 0; c < 3; ++c) {
    const double fx = random.Uniform() * 0.8, fy = random.Uniform() * 0.8;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        image.set(y, x, c, static_cast<int>(127.5 + 120 * std::sin(fx * x + fy * y)));
      }
    }
  }
  return image;
}

inline void WriteWavyImages(const std::filesystem::path& folder, int count, int width, int height) {
  for (int i = 0; i < count; ++i) {
    WriteImage(WavyImage(width, height, i + 1), folder / (std::to_string(i) + ".png"));
  }
}

}  // namespace winnow
