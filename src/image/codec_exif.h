// The few things done to EXIF data here. All of it is raw TIFF structure, beginning with "II" or
// "MM".
#pragma once

#include <string>
#include <string_view>

namespace winnow {

// Without the "Exif\0\0" that JPEG puts in front.
std::string WithoutExifMarker(std::string exif);

// The orientation tag, 1..8; 1 where there is none or the data is damaged.
int ExifOrientation(const std::string& exif);
// The same bytes with an existing orientation tag set to 1.
std::string WithUprightOrientation(std::string exif);
// The same bytes with existing tags of width and height set, and without reference to a thumbnail,
// which would show the picture as it was.
std::string WithExtent(std::string exif, int width, int height);

// Does it begin as TIFF structure does?
bool HasTiffHeader(std::string_view exif);

}  // namespace winnow
