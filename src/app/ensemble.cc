#include "app/ensemble.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "app/tiling.h"
#include "base/error.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

// First rows and columns are reversed, then the axes exchanged.
struct Orientation {
  bool rows_reversed = false;
  bool columns_reversed = false;
  bool transposed = false;
};

// All but the one given.
constexpr std::array<Orientation, kOrientations - 1> kOthers = {{{false, true, false},
                                                                 {true, false, false},
                                                                 {true, true, false},
                                                                 {false, false, true},
                                                                 {false, true, true},
                                                                 {true, false, true},
                                                                 {true, true, true}}};

Orientation Inverse(const Orientation& o) {
  return o.transposed ? Orientation{o.columns_reversed, o.rows_reversed, true} : o;
}

// Of activations: where element (0, 0) of a plane lies when it is looked at in an orientation, and
// how far it is to the next one down and to the right.
struct Strides {
  std::ptrdiff_t begin;
  std::ptrdiff_t down;
  std::ptrdiff_t right;
};

Strides StridesOf(std::int64_t height, std::int64_t width, const Orientation& o) {
  Strides s = {0, width, 1};
  if (o.rows_reversed) s.begin += (height - 1) * std::exchange(s.down, -s.down);
  if (o.columns_reversed) s.begin += (width - 1) * std::exchange(s.right, -s.right);
  if (o.transposed) std::swap(s.down, s.right);
  return s;
}

// Calls put(float& to, float from) for every element of `to` and that of `from`, turned, in its
// place.
template <typename Put>
void ForTurned(const Tensor& from, const Orientation& o, Tensor& to, Put put) {
  // Columns of `from` are read in strips whose lines stay in the cache from one row to the next.
  constexpr std::int64_t kStrip = 16;
  const std::int64_t height = to.dim(1);
  const std::int64_t width = to.dim(2);
  const Strides s = StridesOf(from.dim(1), from.dim(2), o);
  const std::int64_t strip = o.transposed ? kStrip : width;
  for (std::int64_t c = 0; c < to.dim(0); ++c) {
    const float* plane = from.Row(c, 0) + s.begin;
    for (std::int64_t begin = 0; begin < width; begin += strip) {
      const std::int64_t end = std::min(width, begin + strip);
      for (std::int64_t y = 0; y < height; ++y) {
        float* row = to.Row(c, y);
        const float* source = plane + y * s.down;
        for (std::int64_t x = begin; x < end; ++x) put(row[x], source[x * s.right]);
      }
    }
  }
}

Shape Turned(const Shape& shape, const Orientation& o) {
  return o.transposed ? Shape{shape[0], shape[2], shape[1]} : shape;
}

Tensor Turned(const Tensor& t, const Orientation& o) {
  Tensor turned(Turned(t.shape, o));
  ForTurned(t, o, turned, [](float& to, float from) { to = from; });
  return turned;
}

Tensor RunAllOrientations(const Runner& run, const Tensor& input) {
  Tensor sum = run(input);
  for (const Orientation& o : kOthers) {
    const Tensor output = run(Turned(input, o));
    if (Turned(output.shape, o) != sum.shape) {
      throw Error(ErrorKind::kCorrupt, "the network's result is " + ToString(sum.shape) + ", but " +
                                           ToString(output.shape) +
                                           " of the input turned or mirrored");
    }
    ForTurned(output, Inverse(o), sum, [](float& to, float from) { to += from; });
  }
  for (float& value : sum.data) value /= kOrientations;
  return sum;
}

}  // namespace

Runner Ensemble(const Graph& graph, Runner run) {
  const auto bytes = [&graph, bytes_for = BytesOf(graph, run)](std::int64_t height,
                                                               std::int64_t width) {
    // A run's own input and result are in its account.
    const std::vector<Dims> dims = InferDims(graph, height, width);
    const std::int64_t kept = FloatBytes(dims[0]) + FloatBytes(dims[graph.output()]);
    return kept + std::max(bytes_for(height, width), bytes_for(width, height));
  };
  return {[run = std::move(run)](const Tensor& input) { return RunAllOrientations(run, input); },
          bytes};
}

}  // namespace winnow
