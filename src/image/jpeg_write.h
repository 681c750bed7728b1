// Writing JPEG through libjpeg.
#pragma once

#include <ostream>
#include <string_view>

#include "image/rows.h"

namespace winnow {

// All rows of `rows`, of which none was read, at a quality of 1..100: alpha is flattened onto
// white, 16 bits are rounded to 8. Colours have the full resolution from a quality of 90. ICC, XMP
// and EXIF are written as far as they fit segments (64 KiB; ICC takes several); of EXIF the extent
// is corrected and the thumbnail left out. What `rows` throws passes through. Errors: kIo (`out`;
// messages begin with `name`).
void WriteJpeg(RowSource& rows, int quality, std::ostream& out, std::string_view name);

}  // namespace winnow
