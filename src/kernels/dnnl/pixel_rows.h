// Rows in the order that oneDNN works in, all channels of a pixel together, from and to the
// lane-strided layout.
#pragma once

#include <cstdint>

#include "kernels/conv/conv.h"
#include "kernels/isa.h"
#include "kernels/lanes.h"

namespace winnow {

struct PixelRowKernels {
  // Row y of `in`, a border row perhaps, to pixels[x][channels] in bfloat16, rounded to the nearest
  // even, zeros in channels that `in` has not. Writes span * lanes pixels: more than there are.
  void (*from_lanes)(const LaneTensor& in, int y, int channels, std::uint16_t* pixels) = nullptr;
  // The sums of a row of places, pixels[x][channels], to `task.out`, with all that ConvTask says
  // happens on the way. Reads span * lanes pixels. Leaves the halo to be made.
  void (*finish)(const ConvTask& task, int y, int channels, const float* pixels) = nullptr;
};

// Null pointers for targets other than AVX-512: processors without it have no bfloat16 either.
// Numbers of channels are multiples of 16.
PixelRowKernels GetPixelRowKernels(Isa isa);

}  // namespace winnow
