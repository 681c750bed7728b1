// Noise of pictures.
#pragma once

#include <cstdint>
#include <numbers>

#include "base/random.h"

namespace winnow {

// Of mean 0 and variance 1: the sum of four uniform numbers is close to normal, and four come of
// one draw.
inline float Noise(Random& random) {
  const std::uint64_t bits = random.Next();
  float sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<float>((bits >> (16 * i)) & 0xffff);
  return (sum / 65535 - 2) * std::numbers::sqrt3_v<float>;
}

}  // namespace winnow
