// A convolution as a list of multiply-adds for each result: what dense, grouped, sparse and
// transposed convolutions have in common. Knows nothing of instruction sets or layouts.
#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace winnow {

// Attributes as in PyTorch. The weight is [out, in / groups, kh, kw], or [in, out / groups, kh, kw]
// when transposed.
struct ConvShape {
  int in_channels = 0;
  int out_channels = 0;
  int kernel_height = 1;
  int kernel_width = 1;
  int stride = 1;
  int pad_top = 0;
  int pad_left = 0;
  int dilation = 1;
  int groups = 1;
  bool transposed = false;
};

// The grid is the set of places a kernel is applied at: one an output pixel, or, for a transposed
// convolution of stride s, one for each s x s block of output pixels. weight * input[channel][y *
// in_step + dy][x * in_step + dx] is added at the place (y, x).
struct Tap {
  int channel;
  int dy;
  int dx;
  float weight;
};

// The taps with weights other than zero that make output channel `channel` at pixel (phase_y,
// phase_x) of the place's block, ordered by (channel, dy, dx). Every kernel sums in this order.
struct OutputTaps {
  int channel = 0;
  int phase_y = 0;
  int phase_x = 0;
  std::vector<Tap> taps;
};

struct TapList {
  int in_step = 1;   // input pixels from one place to the next
  int out_step = 1;  // output pixels from one place to the next
  int like = 1;      // this many consecutive entries of `outputs` read the same inputs (were the
                     // weights dense)
  std::vector<OutputTaps> outputs;  // phases outermost, out_step * out_step * out_channels in all
};

TapList MakeTaps(const ConvShape& shape, const Tensor& weight);

// Multiply-adds a place.
std::int64_t CountTaps(const TapList& taps);

// How far taps reach from the place's own pixel (y * in_step, x * in_step); all >= 0.
struct TapReach {
  int up = 0;
  int down = 0;
  int left = 0;
  int right = 0;
};
TapReach ReachOf(const ConvShape& shape);

}  // namespace winnow
