// The layout of the reference kernels: [channel][row][pixel], dense.
#pragma once

#include <cstdint>

namespace winnow {

// A view.
template <typename T>
struct Planar {
  T* data = nullptr;
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;

  T& At(std::int64_t c, std::int64_t y, std::int64_t x) const {
    return data[(c * height + y) * width + x];
  }
  std::int64_t size() const { return channels * height * width; }
  bool Contains(std::int64_t y, std::int64_t x) const {
    return 0 <= y && y < height && 0 <= x && x < width;
  }
  operator Planar<const T>() const { return {data, channels, height, width}; }
};

}  // namespace winnow
