// Bilinear interpolation between any two extents.
#pragma once

#include <cstdint>

#include "base/aligned.h"
#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

// Half-pixel centres: source = (i + 0.5) * in / out - 0.5, clamped to the picture. The spans of
// `in` and `out` are independent.
struct BilinearTask {
  BilinearTask(const LaneTensor& in, const LaneTensor& out);

  LaneTensor in;
  LaneTensor out;
  // The rows of `in` with the columns of `out`.
  AlignedVector<float> memory;
  LaneTensor wide;
  // By vector and lane of a row of `out`: the floats from a row of `in` to the pixels left and
  // right of the source, and how far it is on the way between them.
  AlignedVector<std::int32_t> left;
  AlignedVector<std::int32_t> right;
  AlignedVector<float> weight;
};

struct BilinearKernels {
  // Makes the rows [begin, end) of `wide`.
  void (*columns)(const BilinearTask& task, int begin, int end);
  // Makes the rows [begin, end) of `out` from `wide`, all of whose rows are made, and leaves its
  // halo and border valid.
  void (*rows)(const BilinearTask& task, int begin, int end);
};

BilinearKernels GetBilinearKernels(Isa isa);

}  // namespace winnow
