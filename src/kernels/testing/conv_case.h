// Random convolutions for tests of kernels.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/conv/prepare.h"
#include "kernels/reference/bounded.h"
#include "kernels/reference/conv.h"
#include "kernels/testing/lane_image.h"

namespace winnow {

// A random convolution with all that a kernel may have to do around it.
struct ConvCase {
  ConvShape shape;
  int height, width;          // of the input
  int out_height, out_width;  // of the convolution
  int shuffle = 1;
  std::vector<float> bias;
  ActivationKind before, after;
  float slope_before, slope_after;
  bool residual;
  Tensor weight;
  std::vector<float> input, added;
};

inline int OutExtent(const ConvShape& s, int in, int kernel, int before, int after) {
  const int reach = s.dilation * (kernel - 1) + 1;
  if (s.transposed) return (in - 1) * s.stride - before - after + reach;
  return in + before + after < reach ? 0 : (in + before + after - reach) / s.stride + 1;
}

inline ActivationKind RandomActivation(Random& random) {
  return static_cast<ActivationKind>(random.Below(3));
}

// False where the draw makes no sense: an empty result, or one that does not fit whole blocks.
inline bool Draw(Random& random, ConvCase& c) {
  ConvShape& s = c.shape;
  s.transposed = random.Below(4) == 0;
  s.groups = random.Below(3) == 0 ? RandomInt(random, 2, 4) : 1;
  s.in_channels = s.groups * RandomInt(random, 1, 5);
  c.shuffle = !s.transposed && random.Below(4) == 0 ? RandomInt(random, 2, 3) : 1;
  s.out_channels = s.groups * RandomInt(random, 1, 6) * c.shuffle * c.shuffle;
  s.kernel_height = RandomInt(random, 1, 5);
  s.kernel_width = RandomInt(random, 1, 5);
  s.stride = s.transposed ? RandomInt(random, 1, 3) : RandomInt(random, 1, 2);
  s.dilation = RandomInt(random, 1, 3);
  s.pad_top = RandomInt(random, 0, 4);
  s.pad_left = RandomInt(random, 0, 4);
  c.height = RandomInt(random, 1, 9);
  c.width = RandomInt(random, 1, 70);
  c.out_height = OutExtent(s, c.height, s.kernel_height, s.pad_top, RandomInt(random, 0, 4));
  c.out_width = OutExtent(s, c.width, s.kernel_width, s.pad_left, RandomInt(random, 0, 4));
  if (c.out_height < 1 || c.out_width < 1) return false;
  if (s.transposed && (c.out_height % s.stride != 0 || c.out_width % s.stride != 0)) return false;

  const int rows = s.transposed ? s.in_channels : s.out_channels;
  const int columns = (s.transposed ? s.out_channels : s.in_channels) / s.groups;
  c.weight = Tensor({rows, columns, s.kernel_height, s.kernel_width});
  const double density = random.Coin() ? 1.0 : random.Uniform();
  for (float& w : c.weight.data)
    w = random.Uniform() < density ? static_cast<float>(random.Normal()) : 0.0f;
  c.bias = RandomValues(s.out_channels, random);
  c.before = RandomActivation(random);
  c.after = RandomActivation(random);
  c.slope_before = static_cast<float>(random.Normal());
  c.slope_after = static_cast<float>(random.Normal());
  c.residual = random.Coin();
  c.input = RandomValues(static_cast<std::size_t>(s.in_channels) * c.height * c.width, random);
  c.added =
      RandomValues(static_cast<std::size_t>(s.out_channels) * c.out_height * c.out_width, random);
  return true;
}

// out[c][y*r+i][x*r+j] = in[c*r*r + i*r + j][y][x].
template <typename T>
std::vector<T> Shuffled(const std::vector<T>& in, int channels, int height, int width, int r) {
  std::vector<T> out(in.size());
  for (int k = 0; k < channels; ++k) {
    const int c = k / (r * r);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int to_y = y * r + k % (r * r) / r;
        const int to_x = x * r + k % r;
        out[(static_cast<std::size_t>(c) * height * r + to_y) * width * r + to_x] =
            in[(static_cast<std::size_t>(k) * height + y) * width + x];
      }
    }
  }
  return out;
}

// Runs `kernel` on the case, on tensors of `element`; the result has been checked for the layout's
// demands.
inline std::vector<float> Convolve(const ConvCase& c, Isa isa, const ConvKernel& kernel, int block,
                                   int extra_span, Element element = Element::kFloat) {
  const ConvShape& s = c.shape;
  const int lanes = Lanes(isa) * (element == Element::kHalf ? 2 : 1);
  const TapList taps = MakeTaps(s, c.weight);
  const TapReach reach = ReachOf(s);
  const int grid_height = c.out_height / taps.out_step;
  const int grid_width = c.out_width / taps.out_step;
  const int grid_span = std::max((grid_width + lanes - 1) / lanes,
                                 (c.width + lanes * taps.in_step - 1) / (lanes * taps.in_step)) +
                        extra_span;
  const int in_span = grid_span * taps.in_step;
  const int right = (grid_span - 1) * taps.in_step + reach.right - (in_span - 1);
  const int down = (grid_height - 1) * taps.in_step + reach.down - (c.height - 1);
  const int halo = std::max({0, reach.left, right});
  LaneImage in({s.in_channels, c.height, c.width, in_span, lanes, halo,
                std::max({0, reach.up, down}), element});
  in.Fill(c.input);

  const int r = taps.out_step * c.shuffle;
  const int channels = s.out_channels / (c.shuffle * c.shuffle);
  const LaneShape out_shape = {
      channels, grid_height * r, grid_width * r, grid_span * r, lanes, extra_span, 2, element};
  LaneImage out(out_shape);
  LaneShape added_shape = out_shape;
  added_shape.halo = 3;
  LaneImage added(added_shape);
  added.Fill(Shuffled(c.added, s.out_channels, c.out_height, c.out_width, c.shuffle));

  ConvTask task;
  task.in = in.tensor();
  task.out = out.tensor();
  if (c.residual) task.residual = added.tensor();
  task.height = grid_height;
  task.span = grid_span;
  task.in_step = taps.in_step;
  task.out_step = r;
  task.mask = LaneMask(grid_width, grid_span, lanes, element);
  task.before = c.before;
  task.after = c.after;
  for (const OutputTaps& o : taps.outputs) {
    const int area = c.shuffle * c.shuffle;
    const int channel = o.channel / area;
    const int y = o.phase_y + o.channel % area / c.shuffle;
    const int x = o.phase_x + o.channel % c.shuffle;
    const auto offset = [&](const LaneTensor& t) {
      return y * t.row_stride + channel * t.channel_stride + x * t.words();
    };
    task.outputs.push_back({offset(out.tensor()), offset(added.tensor()), c.bias[o.channel],
                            c.slope_before, c.slope_after});
  }
  CodeMemory memory;
  PrepareConv(kernel, taps, block, memory, task);
  memory.Seal();
  const int cut = grid_height / 2;
  kernel.run(task, 0, cut);
  kernel.run(task, cut, grid_height);
  EXPECT_TRUE(out.IsConsistent());
  return out.Pixels();
}

// What the convolution alone makes of the case's input, in the order of its own channels.
inline std::vector<Bounded> Convolved(const ConvCase& c) {
  const std::vector<Bounded> in(c.input.begin(), c.input.end());
  std::vector<Bounded> out(c.added.size());
  const Planar<const Bounded> from = {in.data(), c.shape.in_channels, c.height, c.width};
  const Planar<Bounded> to = {out.data(), c.shape.out_channels, c.out_height, c.out_width};
  (c.shape.transposed
       ? ReferenceConvTranspose<Bounded>
       : ReferenceConv<Bounded>)(c.shape, c.weight.data.data(), c.bias.data(), from, to);
  return out;
}

}  // namespace winnow
