// Writing PNG: the header by libspng, the pixels by image/png_pixels.h.
#pragma once

#include <ostream>
#include <string_view>

#include "image/rows.h"

namespace winnow {

// All rows of `rows`, of which none was read; 8 and 16 bit, with or without alpha. ICC, XMP and
// EXIF are written; of EXIF the extent is corrected and the thumbnail left out. What `rows` throws
// passes through. Errors: kIo (`out`; messages begin with `name`), kUnsupported (more than
// libspng can hold).
void WritePng(RowSource& rows, std::ostream& out, std::string_view name);

}  // namespace winnow
