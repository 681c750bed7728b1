// Writing through libvips.
#pragma once

#include <filesystem>
#include <string>

#include "image/codec_formats.h"
#include "image/rows.h"

namespace winnow {

// As those of OtherFormats.
void WriteWithVips(RowSource& rows, const std::filesystem::path& path, const PictureFormat& format,
                   int quality, const std::string& name);
std::string EncodeRowsWithVips(RowSource& rows, const PictureFormat& format, int quality);
bool VipsWrites(const PictureFormat& format);

}  // namespace winnow
