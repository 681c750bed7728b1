// Reading through libvips.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "image/picture_decoder.h"

namespace winnow {

// As OtherFormats::Open.
std::unique_ptr<PictureDecoder> OpenWithVips(const std::filesystem::path& path);
std::unique_ptr<PictureDecoder> OpenWithVips(std::string_view bytes, const std::string& name);

}  // namespace winnow
