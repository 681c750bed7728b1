// Pictures in the caller's memory.
#pragma once

#include <cstddef>

#include "image/rows.h"
#include "winnow/restorer.h"

namespace winnow {

// A winnow_layout that was checked: `stride` is never 0.
struct PixelLayout {
  ImageShape shape;
  std::ptrdiff_t stride = 0;
};

// `name` is for messages. Errors: kInvalidArgument.
PixelLayout CheckLayout(const winnow_layout* layout, const char* name);

// The inverse, without gaps between rows. Errors: kInvalidArgument for a structure that does not
// tell its size.
void FillLayout(const ImageShape& shape, winnow_layout* layout);

// Errors: kInvalidArgument where the two share a byte.
void RequireDisjoint(const PixelLayout& a, const void* a_pixels, const PixelLayout& b,
                     const void* b_pixels);

// The rows of `pixels`, which must outlive it; float samples are clamped to 0..1.
class PixelRows final : public RewindableRows {
 public:
  PixelRows(const PixelLayout& layout, const void* pixels);
  void Read(int count, std::uint8_t* rows) override;
  void Rewind() override { next_ = 0; }

 private:
  const std::ptrdiff_t stride_;
  const std::uint8_t* const pixels_;
  int next_ = 0;
};

// All rows of `rows` into `pixels`. Errors: those of `rows`.
void WriteRows(RowSource& rows, const PixelLayout& layout, void* pixels);

}  // namespace winnow
