// Bicubic resampling that agrees with MATLAB's imresize on 8-bit images, sample for sample.
#pragma once

#include "image/image.h"

namespace winnow {

// Cubic with a = -0.5, widened by 1/scale when shrinking (antialiasing); u = x / s + (1 - 1/s) / 2,
// one-based; symmetric borders; weights normalised; output extent ceil(in * s). Height first, then
// width, and each pass is rounded half up and clamped to the sample range, as the published test
// sets were made. All channels alike; metadata is kept. s = numerator / denominator. Errors:
// kInvalidArgument for a ratio that is not positive or a result beyond any picture.
Image ResizeBicubic(const Image& image, int numerator, int denominator);

}  // namespace winnow
