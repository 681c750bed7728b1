// A dense float32 array with a shape. Activations are [channels, height, width], convolution weights
// [out, in / groups, kernel height, kernel width], both row-major.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/aligned.h"

namespace winnow {

using Shape = std::vector<std::int64_t>;

// Product of the extents; 1 for a scalar. Errors: kCorrupt on overflow or a negative extent.
std::int64_t ElementCount(const Shape& shape);

// "[64, 3, 3, 3]".
std::string ToString(const Shape& shape);

struct Tensor {
  Tensor() = default;
  // All zero.
  explicit Tensor(Shape s) : shape(std::move(s)), data(ElementCount(shape), 0.0f) {}

  std::int64_t size() const { return static_cast<std::int64_t>(data.size()); }
  std::int64_t dim(int axis) const { return shape[axis]; }
  // Activations only: the row y of channel c.
  float* Row(std::int64_t c, std::int64_t y) { return data.data() + (c * shape[1] + y) * shape[2]; }
  const float* Row(std::int64_t c, std::int64_t y) const {
    return data.data() + (c * shape[1] + y) * shape[2];
  }
  bool operator==(const Tensor&) const = default;

  Shape shape;
  AlignedVector<float> data;
};

// The sum of the squares of the differences of samples, in double precision; of equal shapes.
double SquaredDifference(const Tensor& a, const Tensor& b);

}  // namespace winnow
