// Between the planar layout [channel][row][pixel] and the lane-strided one, of either element, and
// from one lane-strided tensor to another. All work on the rows [begin, end) and leave the result's
// halo and border valid. Floats that become halves are rounded to the nearest, ties to even.
#pragma once

#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

struct ConvertKernels {
  // `planar` is [lanes.channels][lanes.height][lanes.width], dense.
  void (*to_lanes)(const float* planar, const LaneTensor& lanes, int begin, int end);
  void (*to_planar)(const LaneTensor& lanes, float* planar, int begin, int end);
  // Row y of `in` becomes row y + offset of `out`, for y in [begin, end) of `in`. Spans, widths,
  // channels and elements agree; heights need not.
  void (*copy)(const LaneTensor& in, const LaneTensor& out, int offset, int begin, int end);
  // From halves to floats and back. The span of the floats is twice that of the halves; all else
  // agrees.
  void (*widen)(const LaneTensor& halves, const LaneTensor& floats, int begin, int end);
  void (*narrow)(const LaneTensor& floats, const LaneTensor& halves, int begin, int end);
};

ConvertKernels GetConvertKernels(Isa isa);

}  // namespace winnow
