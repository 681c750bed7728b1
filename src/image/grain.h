// What is left of compression in averaged frames of video.
#pragma once

#include <cstdint>
#include <vector>

#include "image/image.h"

namespace winnow {

// Codecs leave even parts as they are and lose something wherever there is detail, of the
// brightness far more than of the colours, and otherwise in each frame. So a blurred picture that
// is their mean differs from the blurred sharp one: in seven test frames of GOPRO by 1 to 2 levels
// of 255 in the brightness, alike in neighbouring pixels. Networks that have not seen this take it
// for detail (docs/deblurring.md).
class Grain {
 public:
  // For the part `rect` of `sharp` (8-bit RGB), whose detail decides where there is grain. `level`:
  // its standard deviation where there is much detail, in levels of 255.
  Grain(const Image& sharp, const Rect& rect, double level, std::uint64_t seed);

  // To be added to all channels of the pixel (x, y) of the part; in levels of 255.
  float At(int x, int y) const { return values_[static_cast<std::size_t>(y) * width_ + x]; }

 private:
  int width_;
  std::vector<float> values_;
};

}  // namespace winnow
