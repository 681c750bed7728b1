// How the numbers of a network's activation lie in an ONNX tensor of any rank. ONNX says pixel
// shuffles, channel shuffles and changes of layout by Reshape and Transpose; a view keeps account
// of them, and only what is left at the end becomes an operator.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/shapes.h"
#include "tensor/tensor.h"

namespace winnow::onnx {

// kRepeat: a further extent along which values repeat.
enum class Source { kChannel, kHeight, kWidth, kRepeat };

// Part of an axis of the activation: index i adds i * stride to the coordinate on it.
struct Atom {
  Source source = Source::kChannel;
  std::int64_t size = 1;
  std::int64_t stride = 1;
  bool operator==(const Atom&) const = default;
};

// The row-major product of its atoms; none have size 1. Empty: an extent of 1.
using ViewDim = std::vector<Atom>;

struct View {
  std::vector<ViewDim> dims;
  bool operator==(const View&) const = default;
};

std::int64_t Extent(const ViewDim& dim);
Shape ShapeOf(const View& view);

// [1, C, H, W].
View PlainView(const Dims& dims);

// `shape` has the same number of elements. Nothing where an axis would have to be cut at a place
// that does not divide it.
std::optional<View> Reshaped(const View& view, const Shape& shape);

// Axis i of the result is axis order[i] of `view`.
View Transposed(const View& view, const std::vector<std::int64_t>& order);

// With extents of 1 before the first axis, up to `rank`.
View WithRank(const View& view, std::size_t rank);

// Whether the dim is one whole axis of the activation (or an extent of 1 of such an axis).
bool IsWhole(const ViewDim& dim, Source source, std::int64_t extent);

// How a view becomes [1, C, H, W]: out[k] = in[source channel][y * shrink + ky][x * shrink + kx],
// then a PixelShuffle by `grow` (torch order).
struct Rearrangement {
  struct Tap {
    std::int64_t channel = 0;
    std::int64_t ky = 0;
    std::int64_t kx = 0;
  };
  std::int64_t shrink = 1;
  std::int64_t grow = 1;
  std::vector<Tap> taps;    // one a channel before the shuffle
  bool in_order = false;    // the taps are the channels themselves
  bool tensorflow = false;  // the taps undo the order of TensorFlow's depth to space
};

// Nothing where the view is no such thing: the batch is not 1, or pixels end up elsewhere.
std::optional<Rearrangement> FindRearrangement(const View& view, const Dims& dims);

}  // namespace winnow::onnx
