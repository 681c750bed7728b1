#include "image/png_pixels.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>
#include <utility>

namespace winnow {
namespace {

constexpr std::uint8_t kPaeth = 4;
constexpr std::size_t kChunkBytes = std::size_t{1} << 16;

std::array<std::uint8_t, 4> BigEndian(std::uint32_t v) {
  return {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
          static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
}

void Write(std::ostream& out, const void* bytes, std::size_t size) {
  out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
}

// 16 bits are enough for all differences of bytes, and twice as many fit a vector.
std::int16_t Distance(std::int16_t a, std::int16_t b) {
  return static_cast<std::int16_t>(a > b ? a - b : b - a);
}

}  // namespace

void FilterPaeth(const std::uint8_t* __restrict row, const std::uint8_t* __restrict above,
                 std::size_t pixel, std::size_t size, std::uint8_t* __restrict result) {
  const std::size_t first = std::min(pixel, size);
  for (std::size_t i = 0; i < first; ++i) result[i] = row[i] - above[i];
  for (std::size_t i = first; i < size; ++i) {
    const std::int16_t left = row[i - pixel];
    const std::int16_t up = above[i];
    const std::int16_t corner = above[i - pixel];
    const std::int16_t to_left = Distance(up, corner);
    const std::int16_t to_up = Distance(left, corner);
    const std::int16_t to_corner = Distance(left + up, corner + corner);
    const std::int16_t vertical = to_up <= to_corner ? up : corner;
    const std::int16_t least = std::min(to_up, to_corner);
    result[i] = static_cast<std::uint8_t>(row[i] - (to_left <= least ? left : vertical));
  }
}

PngPixels::PngPixels(const ImageShape& shape, std::ostream& out)
    : shape_(shape),
      out_(out),
      rows_left_(shape.height),
      row_(shape.row_bytes()),
      above_(shape.row_bytes()),
      filtered_(shape.row_bytes() + 1),
      packed_(kChunkBytes),
      scratch_(ISAL_DEF_LVL1_DEFAULT) {
  isal_deflate_init(&stream_);
  stream_.level = 1;
  stream_.level_buf = scratch_.data();
  stream_.level_buf_size = static_cast<std::uint32_t>(scratch_.size());
  stream_.gzip_flag = IGZIP_ZLIB;
  // Behind Paeth's predictor photographs hold no repetitions that would be worth their codes,
  // except runs: seen four bytes back, files are smaller than with more.
  stream_.hist_bits = 2;
  stream_.next_out = packed_.data();
  stream_.avail_out = kChunkBytes;
}

void PngPixels::Put(const std::uint8_t* row) {
  std::copy_n(row, row_.size(), row_.data());
  if (shape_.bits == 16) {
    for (std::size_t i = 0; i < row_.size(); i += 2) std::swap(row_[i], row_[i + 1]);
  }
  filtered_[0] = kPaeth;
  FilterPaeth(row_.data(), above_.data(), shape_.channels * (shape_.bits / 8), row_.size(),
              filtered_.data() + 1);
  row_.swap(above_);
  --rows_left_;
  Compress();
  if (rows_left_ == 0) PutChunk("IEND", 0);
}

void PngPixels::Compress() {
  stream_.end_of_stream = rows_left_ == 0;
  stream_.next_in = filtered_.data();
  stream_.avail_in = static_cast<std::uint32_t>(filtered_.size());
  do {
    isal_deflate(&stream_);  // fails only for settings that it does not have
    const bool ended = stream_.internal_state.state == ZSTATE_END;
    if (stream_.avail_out > 0 && !ended) return;
    PutChunk("IDAT", kChunkBytes - stream_.avail_out);
    stream_.next_out = packed_.data();
    stream_.avail_out = kChunkBytes;
  } while (stream_.internal_state.state != ZSTATE_END);
}

void PngPixels::PutChunk(const char* type, std::size_t size) {
  const auto* name = reinterpret_cast<const std::uint8_t*>(type);
  const std::uint32_t crc = crc32_gzip_refl(crc32_gzip_refl(0, name, 4), packed_.data(), size);
  Write(out_, BigEndian(static_cast<std::uint32_t>(size)).data(), 4);
  Write(out_, name, 4);
  Write(out_, packed_.data(), size);
  Write(out_, BigEndian(crc).data(), 4);
}

}  // namespace winnow
