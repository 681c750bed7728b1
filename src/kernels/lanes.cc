#include "kernels/lanes.h"

#include <algorithm>

namespace winnow {
namespace {

// A kernel reads a few vectors of each of several channels and rows at a time. Lest they share the
// sets of the L1 cache (64 lines of 16 floats before addresses repeat), channels lie an odd number
// of vectors apart, and rows that are long enough to matter a number of lines that spreads six of
// them evenly.
constexpr std::int64_t kLine = 16;
constexpr std::int64_t kSets = 64;
constexpr std::int64_t kRowLines = 11;
constexpr std::int64_t kLongRow = 8 * kSets * kLine;

std::int64_t ChannelStride(const LaneShape& s) {
  return ((s.span + 2 * s.halo) | 1) * static_cast<std::int64_t>(s.lanes);
}

std::int64_t RowStride(const LaneShape& s) {
  const std::int64_t lines = (s.channels * ChannelStride(s) + kLine - 1) / kLine;
  if (lines * kLine < kLongRow) return lines * kLine;
  return (lines + (kRowLines + kSets - lines % kSets) % kSets) * kLine;
}

}  // namespace

AlignedVector<std::uint32_t> LaneMask(int width, int span, int lanes) {
  AlignedVector<std::uint32_t> mask(static_cast<std::size_t>(span) * lanes, 0);
  for (int j = 0; j < span; ++j) {
    std::fill_n(mask.begin() + j * lanes, ValidLanes(width, span, lanes, j), ~std::uint32_t{0});
  }
  return mask;
}

std::int64_t LaneSize(const LaneShape& shape) {
  return RowStride(shape) * (shape.height + 2 * shape.border);
}

LaneTensor MakeLaneTensor(const LaneShape& shape, float* memory, const std::uint32_t* mask) {
  LaneTensor t;
  t.row_stride = RowStride(shape);
  t.channel_stride = ChannelStride(shape);
  t.origin = memory + shape.border * t.row_stride + shape.halo * shape.lanes;
  t.channels = shape.channels;
  t.height = shape.height;
  t.width = shape.width;
  t.span = shape.span;
  t.lanes = shape.lanes;
  t.halo = shape.halo;
  t.border = shape.border;
  t.mask = mask;
  return t;
}

}  // namespace winnow
