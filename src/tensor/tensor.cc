#include "tensor/tensor.h"

#include "base/checked.h"

namespace winnow {

std::int64_t ElementCount(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) throw Error(ErrorKind::kCorrupt, "shape " + ToString(shape) + ": negative extent");
    count = CheckedMul(count, extent, "tensor");
  }
  return count;
}

std::string ToString(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i != 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

double SquaredDifference(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    const double difference = a.data[i] - b.data[i];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace winnow
