// The lane-strided layout: how the fast kernels see an activation.
//
// A row of `width` pixels is cut into `lanes` runs of `span` = S consecutive pixels, one a vector
// lane:
//
//   lane i of vector j holds pixel x = i * S + j,          0 <= j < S, S * lanes >= width.
//
// The neighbour x + 1 of every pixel of vector j is then the same lane of vector j + 1, so a shift
// by pixels is a shift by whole aligned vectors. PixelShuffle by r maps S to r * S and a stride of
// 2 maps S to S / 2 without a pixel changing its lane. The formula holds for every j: vectors j in
// [-halo, 0) and [S, S + halo) repeat pixels of other lanes and are called the halo. Memory is
//
//   [row][channel][j] vectors,   row in [-border, height + border),  j in [-halo, S + halo).
//
// Pixels outside [0, width) x [0, height) are zero wherever they appear: in lanes past the right
// edge, in the halo and in the border rows. Every kernel that writes a LaneTensor keeps it so.
//
// Lanes are floats or, in tensors of kHalf, IEEE half-precision numbers: twice as many to a vector,
// two to a float of memory (a word), the lower lane in the lower bits. Kernels take floats unless
// they say otherwise.
#pragma once

#include <cstdint>
#include <vector>

#include "base/aligned.h"

namespace winnow {

enum class Element { kFloat, kHalf };

// A view; copies share the memory. All pointers and strides are multiples of a vector.
struct LaneTensor {
  float* origin = nullptr;          // lane 0 of row 0, channel 0, vector 0
  std::int64_t row_stride = 0;      // words
  std::int64_t channel_stride = 0;  // words
  int channels = 0;
  int height = 0;
  int width = 0;
  int span = 0;
  int lanes = 0;
  int halo = 0;
  int border = 0;
  const std::uint32_t* mask = nullptr;  // LaneMask for this geometry
  Element element = Element::kFloat;

  // Of a vector.
  int words() const { return element == Element::kHalf ? lanes / 2 : lanes; }
  float* At(std::int64_t y, std::int64_t c, std::int64_t j) const {
    return origin + y * row_stride + c * channel_stride + j * words();
  }
  // Channels [begin, begin + count).
  LaneTensor Channels(int begin, int count) const {
    LaneTensor view = *this;
    view.origin += begin * channel_stride;
    view.channels = count;
    return view;
  }
};

// Lanes of vector j in [0, span) that hold pixels: the i with i * span + j < width.
inline int ValidLanes(int width, int span, int lanes, int j) {
  const int count = j < width ? (width - j - 1) / span + 1 : 0;
  return count < lanes ? count : lanes;
}

// [span][words]: all ones in lanes whose pixel is inside, else zero.
AlignedVector<std::uint32_t> LaneMask(int width, int span, int lanes,
                                      Element element = Element::kFloat);

// The extent of a LaneTensor, without its memory.
struct LaneShape {
  int channels = 0;
  int height = 0;
  int width = 0;
  int span = 0;
  int lanes = 0;
  int halo = 0;
  int border = 0;
  Element element = Element::kFloat;
};

// Words of memory for `shape`.
std::int64_t LaneSize(const LaneShape& shape);

// The view of LaneSize(shape) words at `memory`, which is kAlignment-aligned.
LaneTensor MakeLaneTensor(const LaneShape& shape, float* memory, const std::uint32_t* mask);

}  // namespace winnow
