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
  LaneTensor in;
  LaneTensor out;
  // By vector and lane of a row of `out`: the floats from a row of `in` to the pixels left and
  // right of the source, and how far it is on the way between them.
  AlignedVector<std::int32_t> left;
  AlignedVector<std::int32_t> right;
  AlignedVector<float> weight;
};

BilinearTask MakeBilinearTask(const LaneTensor& in, const LaneTensor& out);

// Makes the rows [begin, end) of `out` and leaves its halo and border valid. Allocates a row of a
// channel.
using BilinearFn = void (*)(const BilinearTask& task, int begin, int end);
BilinearFn GetBilinearKernel(Isa isa);

}  // namespace winnow
