// Reading PNG through libspng.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "image/picture_decoder.h"

namespace winnow {

inline constexpr std::string_view kPngSignature = "\x89PNG";  // its beginning

// Palettes, fewer than 8 bits and transparent colours are expanded. Interlaced pictures are held.
// Of XMP and EXIF what stands behind the pixels is not seen. Errors: kIo, kCorrupt.
std::unique_ptr<PictureDecoder> OpenPng(const std::filesystem::path& path);
// The same from bytes, which must outlive it; `name` is for messages.
std::unique_ptr<PictureDecoder> OpenPng(std::string_view bytes, const std::string& name);

}  // namespace winnow
