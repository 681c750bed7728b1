// From the bytes of a file to a lazy picture in the few forms that are worked with.
#pragma once

#include <string>

#include "image/image.h"
#include "image/vips/start.h"

namespace winnow {

// A picture whose header is read and whose pixels are not.
struct OpenedPicture {
  VipsPtr<VipsImage> image;  // grey or RGB, perhaps with alpha, 8 or 16 bit; to be read in order
  std::string format;
  int orientation = 1;        // still to be applied
  bool profile_holds = true;  // the embedded profile describes `image`
  ImageMetadata boxes;        // metadata that libvips does not find
};

// `name` is for messages. Errors: kCorrupt, kUnsupported.
OpenedPicture OpenPicture(VipsSource* source, const std::string& name);

[[noreturn]] void FailCorrupt(const std::string& name);

}  // namespace winnow
