// A colour profile to attach to test pictures.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "image/vips/start.h"

namespace winnow {

// The bytes of libvips' own sRGB profile.
inline std::string SrgbProfile() {
  StartVips();
  VipsBlob* blob = nullptr;
  EXPECT_EQ(vips_profile_load("srgb", &blob, nullptr), 0);
  std::size_t size = 0;
  const void* data = vips_blob_get(blob, &size);
  std::string profile(static_cast<const char*>(data), size);
  vips_area_unref(VIPS_AREA(blob));
  return profile;
}

}  // namespace winnow
