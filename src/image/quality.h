// Image quality figures under named protocols.
#pragma once

#include <string>

#include "image/image.h"

namespace winnow {

// "y-shaveN": luminance (BT.601, as EDSR), N pixels shaved on every side; "rgb": all three
// channels, nothing shaved.
struct Protocol {
  bool luminance = true;
  int shave = 0;
};
// Errors: kInvalidArgument, listing the protocols.
Protocol ParseProtocol(const std::string& name);
std::string ToString(const Protocol& protocol);

struct Quality {
  double psnr = 0;  // dB; infinite for equal images
  double ssim = 0;
};

// Both 8 bit, same extent after cropping `reference` to `image` (crop only when larger by less than
// the given scale, else error). Grey is replicated to RGB. PSNR: peak 255; y: error weighted by
// [65.738, 129.057, 25.064] / 256 over RGB. SSIM: 11x11 Gaussian sigma 1.5, valid region, C1 =
// (0.01 * 255)^2, C2 = (0.03 * 255)^2, on Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255, or the
// mean over R, G, B. Errors: kInvalidArgument (extents, bit depth, too small to shave).
Quality Compare(const Image& image, const Image& reference, const Protocol& protocol);

}  // namespace winnow
