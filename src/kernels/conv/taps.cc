#include "kernels/conv/taps.h"

#include <algorithm>

namespace winnow {
namespace {

int FloorMod(int a, int b) { return (a % b + b) % b; }

// Floor of a / b, b > 0.
int FloorDiv(int a, int b) { return (a - FloorMod(a, b)) / b; }

// One direction of a kernel: which of its cells count at this phase of the output, and how far from
// the place's own pixel they look; by rising offset.
struct Cell {
  int index;
  int offset;
};

std::vector<Cell> Cells(const ConvShape& s, int extent, int pad, int phase) {
  std::vector<Cell> cells;
  for (int i = 0; i < extent; ++i) {
    const int k = s.transposed ? extent - 1 - i : i;
    if (!s.transposed) {
      cells.push_back({k, k * s.dilation - pad});
    } else if (const int at = phase + pad - k * s.dilation; FloorMod(at, s.stride) == 0) {
      cells.push_back({k, FloorDiv(at, s.stride)});
    }
  }
  return cells;
}

OutputTaps TapsOf(const ConvShape& s, const Tensor& weight, int channel, int phase_y, int phase_x) {
  const std::vector<Cell> rows = Cells(s, s.kernel_height, s.pad_top, phase_y);
  const std::vector<Cell> columns = Cells(s, s.kernel_width, s.pad_left, phase_x);
  const int group_in = s.in_channels / s.groups;
  const int group_out = s.out_channels / s.groups;
  const int first = channel / group_out * group_in;
  // Zeros are written as well, and the next tap over them: they come in no order to predict.
  std::vector<Tap> taps(group_in * rows.size() * columns.size() + 1);
  Tap* next = taps.data();
  for (int i = 0; i < group_in; ++i) {
    const std::int64_t plane =
        s.transposed ? (first + i) * static_cast<std::int64_t>(group_out) + channel % group_out
                     : channel * static_cast<std::int64_t>(group_in) + i;
    for (const Cell& row : rows) {
      const float* const w =
          weight.data.data() + (plane * s.kernel_height + row.index) * s.kernel_width;
      for (const Cell& column : columns) {
        *next = {first + i, row.offset, column.offset, w[column.index]};
        next += w[column.index] != 0;
      }
    }
  }
  return {channel, phase_y, phase_x, std::vector<Tap>(taps.data(), next)};
}

}  // namespace

TapList MakeTaps(const ConvShape& s, const Tensor& weight) {
  TapList list;
  list.in_step = s.transposed ? 1 : s.stride;
  list.out_step = s.transposed ? s.stride : 1;
  list.like = s.out_channels / s.groups;
  for (int y = 0; y < list.out_step; ++y) {
    for (int x = 0; x < list.out_step; ++x) {
      for (int o = 0; o < s.out_channels; ++o) list.outputs.push_back(TapsOf(s, weight, o, y, x));
    }
  }
  return list;
}

std::int64_t CountTaps(const TapList& taps) {
  std::int64_t count = 0;
  for (const OutputTaps& output : taps.outputs) {
    count += static_cast<std::int64_t>(output.taps.size());
  }
  return count;
}

TapReach ReachOf(const ConvShape& s) {
  TapReach reach;
  const int phases = s.transposed ? s.stride : 1;
  for (int phase = 0; phase < phases; ++phase) {
    for (const Cell& c : Cells(s, s.kernel_height, s.pad_top, phase)) {
      reach.up = std::max(reach.up, -c.offset);
      reach.down = std::max(reach.down, c.offset);
    }
    for (const Cell& c : Cells(s, s.kernel_width, s.pad_left, phase)) {
      reach.left = std::max(reach.left, -c.offset);
      reach.right = std::max(reach.right, c.offset);
    }
  }
  return reach;
}

}  // namespace winnow
