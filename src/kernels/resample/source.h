// Where bilinear interpolation looks along one axis.
#pragma once

#include <algorithm>
#include <cstdint>

namespace winnow {

struct BilinearSource {
  int first = 0;
  int second = 0;
  float weight = 0;  // of second
};

// For position i of `out`, in an axis of `in` pixels: source = ((2 i + 1) * in - out) / (2 * out).
inline BilinearSource SourceOf(int i, int in, int out) {
  const std::int64_t numerator = std::max<std::int64_t>((2 * std::int64_t{i} + 1) * in - out, 0);
  const std::int64_t whole = 2 * std::int64_t{out};
  const int first = static_cast<int>(numerator / whole);
  return {std::min(first, in - 1), std::min(first + 1, in - 1),
          static_cast<float>(static_cast<double>(numerator % whole) / static_cast<double>(whole))};
}

}  // namespace winnow
