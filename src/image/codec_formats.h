// The picture formats and what each of them can hold.
#pragma once

#include <string_view>

namespace winnow {

struct PictureFormat {
  std::string_view name;        // as in WriteOptions::format
  std::string_view extensions;  // lower case, each between dots
  std::string_view saver;       // class of libvips; none where it is not asked
  int max_extent;               // pixels a side; 0: no limit worth checking
  bool deep;                    // more than 8 bits a sample
  bool alpha;
  int quality;  // the usual one; 0: lossless only
};

inline constexpr PictureFormat kPictureFormats[] = {
    {"png", ".png.", "", 0, true, true, 0},
    {"jpeg", ".jpg.jpeg.jpe.jfif.", "", 65535, false, false, 92},
    {"webp", ".webp.", "VipsForeignSaveWebpTarget", 16383, false, true, 90},
    {"tiff", ".tif.tiff.", "VipsForeignSaveTiffTarget", 0, true, true, 0},
    {"avif", ".avif.", "VipsForeignSaveHeifTarget", 0, true, true, 75},
    {"heif", ".heif.heic.", "VipsForeignSaveHeifTarget", 0, true, true, 60},
    {"jxl", ".jxl.", "VipsForeignSaveJxlTarget", 0, true, true, 90},
};

}  // namespace winnow
