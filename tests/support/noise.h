// Pictures without any structure.
#pragma once

#include "base/random.h"
#include "image/image.h"

namespace winnow {

// Independent uniform bytes.
inline Image Noise(int width, int height, int channels, int bits) {
  Image image(width, height, channels, bits);
  Random random(11);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random.Below(256));
  }
  return image;
}

}  // namespace winnow
