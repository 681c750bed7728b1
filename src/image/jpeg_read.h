// Reading JPEG through libjpeg.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "image/picture_decoder.h"

namespace winnow {

inline constexpr std::string_view kJpegSignature = "\xff\xd8\xff";

// Grey and RGB; null for other spaces of colours (CMYK), which are not converted here. Progressive
// pictures are held by libjpeg, as coefficients. Errors: kIo, kCorrupt.
std::unique_ptr<PictureDecoder> OpenJpeg(const std::filesystem::path& path);
// The same from bytes, which must outlive it; `name` is for messages.
std::unique_ptr<PictureDecoder> OpenJpeg(std::string_view bytes, const std::string& name);

}  // namespace winnow
