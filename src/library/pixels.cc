#include "library/pixels.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "library/guard.h"

namespace winnow {
namespace {

constexpr int kLargestExtent = 1 << 24;

void Require(bool holds, const char* name, const std::string& what) {
  if (!holds) throw Error(ErrorKind::kInvalidArgument, std::string(name) + ": " + what);
}

// Whoever adds a member makes it optional: programs that were compiled before have a smaller size.
void RequireKnownSize(const winnow_layout* layout, const char* name) {
  RequireGiven(layout, name);
  Require(layout->struct_size >= sizeof(winnow_layout), name,
          "struct_size is " + std::to_string(layout->struct_size) +
              ", not sizeof(winnow_layout); set it");
}

int BitsOf(winnow_sample sample) {
  switch (sample) {
    case WINNOW_U8:
      return 8;
    case WINNOW_U16:
      return 16;
    case WINNOW_F32:
      return 32;
  }
  return 0;
}

winnow_sample SampleOf(int bits) {
  return bits == 8 ? WINNOW_U8 : bits == 16 ? WINNOW_U16 : WINNOW_F32;
}

// First byte, and the one behind the last.
std::pair<const std::uint8_t*, const std::uint8_t*> Extent(const PixelLayout& layout,
                                                           const void* pixels) {
  const auto* top = static_cast<const std::uint8_t*>(pixels);
  const std::uint8_t* bottom = top + layout.stride * (layout.shape.height - 1);
  const bool falling = layout.stride > 0;
  return {falling ? top : bottom, (falling ? bottom : top) + layout.shape.row_bytes()};
}

void ClampFloats(std::size_t bytes, std::uint8_t* samples) {
  for (std::size_t i = 0; i < bytes; i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, samples + i, sizeof value);
    value = value > 0 ? (value < 1 ? value : 1.0f) : 0.0f;  // also turns NaN into 0
    std::memcpy(samples + i, &value, sizeof value);
  }
}

}  // namespace

PixelLayout CheckLayout(const winnow_layout* layout, const char* name) {
  RequireKnownSize(layout, name);
  const auto fits = [](int extent) { return extent >= 1 && extent <= kLargestExtent; };
  Require(fits(layout->width) && fits(layout->height), name,
          "width and height " + std::to_string(layout->width) + "x" +
              std::to_string(layout->height) + " are not in 1 .. " +
              std::to_string(kLargestExtent));
  Require(layout->channels >= 1 && layout->channels <= 4, name,
          "channels " + std::to_string(layout->channels) + " are not 1, 2, 3 or 4");
  const int bits = BitsOf(layout->sample);
  Require(bits != 0, name, "unknown sample type " + std::to_string(layout->sample));
  PixelLayout checked = {{layout->width, layout->height, layout->channels, bits}, layout->stride};
  const auto row = static_cast<std::ptrdiff_t>(checked.shape.row_bytes());
  if (checked.stride == 0) checked.stride = row;
  const std::ptrdiff_t most = std::numeric_limits<std::ptrdiff_t>::max() / layout->height;
  Require(checked.stride >= -most && std::abs(checked.stride) <= most &&
              (layout->height == 1 || std::abs(checked.stride) >= row),
          name,
          "stride " + std::to_string(layout->stride) + " is less than the " + std::to_string(row) +
              " bytes of a row, or beyond any memory");
  return checked;
}

void FillLayout(const ImageShape& shape, winnow_layout* layout) {
  RequireKnownSize(layout, "output");
  layout->width = shape.width;
  layout->height = shape.height;
  layout->channels = shape.channels;
  layout->sample = SampleOf(shape.bits);
  layout->stride = 0;
}

void RequireDisjoint(const PixelLayout& a, const void* a_pixels, const PixelLayout& b,
                     const void* b_pixels) {
  const auto [a_begin, a_end] = Extent(a, a_pixels);
  const auto [b_begin, b_end] = Extent(b, b_pixels);
  const std::less_equal<> before;
  Require(before(a_end, b_begin) || before(b_end, a_begin), "result", "overlaps the input");
}

PixelRows::PixelRows(const PixelLayout& layout, const void* pixels)
    : stride_(layout.stride), pixels_(static_cast<const std::uint8_t*>(pixels)) {
  shape_ = layout.shape;
}

void PixelRows::Read(int count, std::uint8_t* rows) {
  const std::size_t row = shape_.row_bytes();
  for (int i = 0; i < count; ++i, ++next_, rows += row) {
    std::memcpy(rows, pixels_ + stride_ * next_, row);
    if (shape_.bits == 32) ClampFloats(row, rows);
  }
}

void WriteRows(RowSource& rows, const PixelLayout& layout, void* pixels) {
  for (int y = 0; y < layout.shape.height; ++y) {
    rows.Read(1, static_cast<std::uint8_t*>(pixels) + layout.stride * y);
  }
}

}  // namespace winnow
