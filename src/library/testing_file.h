// A picture file for tests that see the public headers alone.
#pragma once

#include <string>

namespace winnow {

// 13x9 pixels, RGB and alpha of 16 bits; in files_test.cc.
void WritePictureFile(const std::string& path);

}  // namespace winnow
