// Taps in the order and the addresses that a lane kernel walks them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/aligned.h"
#include "kernels/conv/taps.h"
#include "kernels/lanes.h"

namespace winnow {

// Up to `outputs` entries of TapList::outputs are computed together, as a group, from the union of
// their taps. The input channels are cut into blocks, so that what a tile reads stays in the L1
// cache while all groups pass over it. The taps of group g in block b are those numbered [starts[b
// * groups + g], starts[b * groups + g + 1]); tap t adds, for o < outputs,
//   weights[t * outputs + o] * vector at (the place's own address + offsets[t] bytes).
struct ConvPack {
  int outputs = 1;
  int groups = 0;
  int blocks = 0;
  std::vector<std::int32_t> starts;
  std::vector<std::int32_t> offsets;
  AlignedVector<float> weights;
  std::vector<int> members;  // [groups][outputs]: index into TapList::outputs, or -1
  int lowest_row = 0;        // that taps read, counted from the place's own; >= 0
};

// `block` input channels a block. `in` gives the strides of the tensor that will be read.
ConvPack PackTaps(const TapList& taps, int outputs, int block, const LaneTensor& in);

// Multiply-adds a place that PackTaps with this many outputs makes kernels do, zero weights of
// unions included.
std::int64_t CountPackedMacs(const TapList& taps, int outputs);

}  // namespace winnow
