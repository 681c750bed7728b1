#include "kernels/lanes.h"

#include <algorithm>

namespace winnow {
namespace {

// One cache line more than the row needs, lest the rows of a window share the sets of the L1 cache.
// Also what a load that is shifted by some lanes may touch past the last vector.
constexpr std::int64_t kRowPadding = 16;

std::int64_t ChannelStride(const LaneShape& s) {
  return (s.span + 2 * s.halo) * static_cast<std::int64_t>(s.lanes);
}

std::int64_t RowStride(const LaneShape& s) {
  const std::int64_t used = s.channels * ChannelStride(s);
  return (used + kRowPadding - 1) / kRowPadding * kRowPadding + kRowPadding;
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
