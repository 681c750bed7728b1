#include "kernels/reference/resample.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/arithmetic.h"

namespace winnow {
namespace {

// Between which two pixels an output pixel of one axis lies, and how far on the way.
struct Position {
  std::int64_t first;
  std::int64_t second;
  double weight;  // of second
};

Position BilinearPosition(std::int64_t i, std::int64_t in, std::int64_t out) {
  // source = ((2 i + 1) * in - out) / (2 * out)
  const std::int64_t numerator = std::max<std::int64_t>((2 * i + 1) * in - out, 0);
  const std::int64_t first = numerator / (2 * out);
  const double weight =
      static_cast<double>(numerator - first * 2 * out) / static_cast<double>(2 * out);
  return {std::min(first, in - 1), std::min(first + 1, in - 1), weight};
}

template <typename T>
double LargestMagnitude(Planar<const T> plane) {
  double largest = 0;
  for (std::int64_t i = 0; i < plane.size(); ++i)
    largest = std::max(largest, Magnitude(plane.data[i]));
  return largest;
}

template <typename T>
Planar<const T> Channel(Planar<const T> in, std::int64_t c) {
  return {in.data + c * in.height * in.width, 1, in.height, in.width};
}

// Calls f(c, y, x, y0, x0) for every output pixel, with the first pixel of its window.
template <typename T, typename F>
void ForEachWindow(Planar<T> out, int stride, int top, int left, F f) {
  for (std::int64_t c = 0; c < out.channels; ++c) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      for (std::int64_t x = 0; x < out.width; ++x) f(c, y, x, y * stride - top, x * stride - left);
    }
  }
}

// sqrt of the mean square, given the root's inputs exactly, as seen by implementations in float: a
// perturbation of the plane by e moves the deviation by at most the root mean square of e.
float Deviation(Planar<const float> plane) {
  Sum<float> mean;
  for (std::int64_t i = 0; i < plane.size(); ++i) mean.Add(plane.data[i], 1.0 / plane.size());
  double squares = 0;
  for (std::int64_t i = 0; i < plane.size(); ++i) {
    const double difference = double{plane.data[i]} - mean.Result();
    squares += difference * difference;
  }
  return static_cast<float>(std::sqrt(squares / plane.size()));
}
Bounded Deviation(Planar<const Bounded> plane) {
  const double n = static_cast<double>(plane.size());
  Sum<Bounded> sum;
  for (std::int64_t i = 0; i < plane.size(); ++i) sum.Add(plane.data[i], 1.0 / n);
  const Bounded mean = sum.Result();
  double squares = 0;
  double errors = 0;
  for (std::int64_t i = 0; i < plane.size(); ++i) {
    const double difference = plane.data[i].value - mean.value;
    squares += difference * difference;
    errors += plane.data[i].error * plane.data[i].error;
  }
  // The mean is off by at most its own bound, which shifts all differences alike; n + 4 roundings
  // follow.
  const Bounded exact = {std::sqrt(squares / n), std::sqrt(errors / n) + mean.error};
  return Rounded(exact, n + 4);
}

}  // namespace

template <typename T>
void ReferenceNearest(Planar<const T> in, Planar<T> out) {
  ForEachWindow(out, 1, 0, 0, [&](std::int64_t c, std::int64_t y, std::int64_t x, auto, auto) {
    out.At(c, y, x) = in.At(c, y * in.height / out.height, x * in.width / out.width);
  });
}

template <typename T>
void ReferenceBilinear(Planar<const T> in, Planar<T> out) {
  // Others compute positions in float, which moves them by a few roundings of the extent.
  const double extent = static_cast<double>(std::max({in.height, in.width, out.height, out.width}));
  for (std::int64_t c = 0; c < out.channels; ++c) {
    const double slack = 16 * kUnitRoundoff * extent * LargestMagnitude(Channel(in, c));
    for (std::int64_t y = 0; y < out.height; ++y) {
      const Position v = BilinearPosition(y, in.height, out.height);
      for (std::int64_t x = 0; x < out.width; ++x) {
        const Position h = BilinearPosition(x, in.width, out.width);
        Sum<T> sum;
        sum.Add(in.At(c, v.first, h.first), (1 - v.weight) * (1 - h.weight));
        sum.Add(in.At(c, v.first, h.second), (1 - v.weight) * h.weight);
        sum.Add(in.At(c, v.second, h.first), v.weight * (1 - h.weight));
        sum.Add(in.At(c, v.second, h.second), v.weight * h.weight);
        out.At(c, y, x) = Loosened(sum.Result(), slack);
      }
    }
  }
}

template <typename T>
void ReferenceMaxPool(Planar<const T> in, Planar<T> out, int kernel, int stride, int top,
                      int left) {
  ForEachWindow(out, stride, top, left, [&](auto c, auto y, auto x, auto y0, auto x0) {
    bool any = false;
    T largest(0);
    for (std::int64_t iy = y0; iy < y0 + kernel; ++iy) {
      for (std::int64_t ix = x0; ix < x0 + kernel; ++ix) {
        if (!in.Contains(iy, ix)) continue;
        largest = any ? Greater(largest, in.At(c, iy, ix)) : in.At(c, iy, ix);
        any = true;
      }
    }
    out.At(c, y, x) = largest;
  });
}

template <typename T>
void ReferenceAveragePool(Planar<const T> in, Planar<T> out, int kernel, int stride, int top,
                          int left) {
  const double weight = 1.0 / (static_cast<double>(kernel) * kernel);
  ForEachWindow(out, stride, top, left, [&](auto c, auto y, auto x, auto y0, auto x0) {
    Sum<T> sum;
    for (std::int64_t iy = y0; iy < y0 + kernel; ++iy) {
      for (std::int64_t ix = x0; ix < x0 + kernel; ++ix) {
        if (in.Contains(iy, ix)) sum.Add(in.At(c, iy, ix), weight);
      }
    }
    out.At(c, y, x) = sum.Result();
  });
}

template <typename T>
void ReferenceGlobalMean(Planar<const T> in, Planar<T> out) {
  const std::int64_t pixels = in.height * in.width;
  for (std::int64_t c = 0; c < in.channels; ++c) {
    Sum<T> sum;
    for (std::int64_t i = 0; i < pixels; ++i) sum.Add(in.data[c * pixels + i], 1.0 / pixels);
    out.data[c] = sum.Result();
  }
}

template <typename T>
void ReferenceGlobalDeviation(Planar<const T> in, Planar<T> out) {
  for (std::int64_t c = 0; c < in.channels; ++c) out.data[c] = Deviation(Channel(in, c));
}

#define WINNOW_INSTANTIATE(T)                                                            \
  template void ReferenceNearest<T>(Planar<const T>, Planar<T>);                         \
  template void ReferenceBilinear<T>(Planar<const T>, Planar<T>);                        \
  template void ReferenceMaxPool<T>(Planar<const T>, Planar<T>, int, int, int, int);     \
  template void ReferenceAveragePool<T>(Planar<const T>, Planar<T>, int, int, int, int); \
  template void ReferenceGlobalMean<T>(Planar<const T>, Planar<T>);                      \
  template void ReferenceGlobalDeviation<T>(Planar<const T>, Planar<T>);
WINNOW_INSTANTIATE(float)
WINNOW_INSTANTIATE(Bounded)
#undef WINNOW_INSTANTIATE

}  // namespace winnow
