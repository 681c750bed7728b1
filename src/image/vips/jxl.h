// Metadata boxes of JPEG XL files, which libvips neither reads nor writes.
#pragma once

#include <string>

#include "image/image.h"
#include "image/vips/start.h"

namespace winnow {

// EXIF and XMP of the JPEG XL file in `source`, as far as they are stored uncompressed. Leaves the
// source rewound.
ImageMetadata ReadJxlBoxes(VipsSource* source);

// A JPEG XL file of a bare codestream and the EXIF and XMP of `metadata`.
std::string WithJxlBoxes(const std::string& codestream, const ImageMetadata& metadata);

}  // namespace winnow
