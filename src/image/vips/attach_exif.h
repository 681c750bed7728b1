// EXIF data as libvips wants it to be written.
#pragma once

#include <string>

#include "image/vips/start.h"

namespace winnow {

// Attaches `exif` to `image` so that the savers of libvips write it. Data that libvips cannot parse
// is left out.
void AttachExif(const std::string& exif, VipsImage* image);

}  // namespace winnow
