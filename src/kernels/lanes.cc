#include "kernels/lanes.h"

#include <algorithm>

namespace winnow {
namespace {

// A kernel reads a few vectors of each of several channels and rows at a time. Lest they share the
// sets of the L1 cache (64 lines of 16 words before addresses repeat), channels lie an odd number
// of vectors apart, and rows that are long enough to matter a number of lines that spreads six of
// them evenly.
constexpr std::int64_t kLine = 16;
constexpr std::int64_t kSets = 64;
constexpr std::int64_t kRowLines = 11;
constexpr std::int64_t kLongRow = 8 * kSets * kLine;

std::int64_t WordsOf(int lanes, Element element) {
  return element == Element::kHalf ? lanes / 2 : lanes;
}

std::int64_t ChannelStride(const LaneShape& s) {
  return ((s.span + 2 * s.halo) | 1) * WordsOf(s.lanes, s.element);
}

std::int64_t RowStride(const LaneShape& s) {
  const std::int64_t lines = (s.channels * ChannelStride(s) + kLine - 1) / kLine;
  if (lines * kLine < kLongRow) return lines * kLine;
  return (lines + (kRowLines + kSets - lines % kSets) % kSets) * kLine;
}

}  // namespace

AlignedVector<std::uint32_t> LaneMask(int width, int span, int lanes, Element element) {
  const std::int64_t words = WordsOf(lanes, element);
  AlignedVector<std::uint32_t> mask(static_cast<std::size_t>(span * words), 0);
  for (int j = 0; j < span; ++j) {
    const int valid = ValidLanes(width, span, lanes, j);
    const auto begin = mask.begin() + j * words;
    if (element == Element::kFloat) {
      std::fill_n(begin, valid, ~std::uint32_t{0});
    } else {
      std::fill_n(begin, valid / 2, ~std::uint32_t{0});
      if (valid % 2 != 0) begin[valid / 2] = 0xffff;
    }
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
  t.origin =
      memory + shape.border * t.row_stride + shape.halo * WordsOf(shape.lanes, shape.element);
  t.channels = shape.channels;
  t.height = shape.height;
  t.width = shape.width;
  t.span = shape.span;
  t.lanes = shape.lanes;
  t.halo = shape.halo;
  t.border = shape.border;
  t.mask = mask;
  t.element = shape.element;
  return t;
}

}  // namespace winnow
