// Writing PNG through libspng, which lets deflate be told what it is given.
#pragma once

#include <string_view>

#include "image/rows.h"

namespace winnow {

// Takes the next bytes of a file; false: they cannot be stored.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual bool Put(std::string_view bytes) = 0;
};

// All rows of `rows`, of which none was read; 8 and 16 bit, with or without alpha. ICC, XMP and
// EXIF are written; of EXIF the extent is corrected and the thumbnail left out. What `rows` throws
// passes through. Errors: kIo (the sink; messages begin with `name`), kUnsupported (more than
// libspng can hold).
void WritePng(RowSource& rows, ByteSink& sink, std::string_view name);

}  // namespace winnow
