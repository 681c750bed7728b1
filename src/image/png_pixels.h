// The pixels of PNG: predicted, compressed and cut into chunks.
#pragma once

#include <isa-l/igzip_lib.h>

#include <cstdint>
#include <ostream>
#include <vector>

#include "image/rows.h"

namespace winnow {

// Writes what follows the header of a PNG file whose rows are not interlaced. Errors show in the
// state of the stream.
class PngPixels {
 public:
  PngPixels(const ImageShape& shape, std::ostream& out);
  PngPixels(const PngPixels&) = delete;
  PngPixels& operator=(const PngPixels&) = delete;

  // The next row, of shape.row_bytes() in the layout of Image; the last one ends the file.
  void Put(const std::uint8_t* row);

 private:
  void Compress();
  void PutChunk(const char* type, std::size_t size);

  const ImageShape shape_;
  std::ostream& out_;
  int rows_left_;
  std::vector<std::uint8_t> row_;       // as PNG has it: 16 bits begin with the higher ones
  std::vector<std::uint8_t> above_;     // likewise; zeros above the first
  std::vector<std::uint8_t> filtered_;  // the predictor's number, and what it leaves of the row
  std::vector<std::uint8_t> packed_;    // room for the next chunk's data
  std::vector<std::uint8_t> scratch_;   // the compressor's
  isal_zstream stream_;
};

// What Paeth's predictor leaves of the `size` bytes of `row`, of pixels of `pixel` bytes, below the
// row `above`; row and result apart.
void FilterPaeth(const std::uint8_t* row, const std::uint8_t* above, std::size_t pixel,
                 std::size_t size, std::uint8_t* result);

}  // namespace winnow
