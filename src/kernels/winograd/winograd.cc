#include "kernels/winograd/winograd.h"

#include <algorithm>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd/winograd.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/winograd/transform-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Sums of a group of outputs for a block of tiles fill the registers.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kGroup = 8;
#else
constexpr int kGroup = 4;
#endif
constexpr int kMaxTiles = 3;

// Tile (row, column) of the plane, and how much of it is inside.
struct TilePlace {
  int y;        // first row
  int j;        // first vector
  int rows;     // 1 .. kWinogradTile
  int vectors;  // 1 .. kWinogradTile
};

// Up to kMaxTiles tiles, whose weights are read once.
struct Block {
  const WinogradTask& task;
  const TilePlace* tiles;
  float* inputs;            // V[f][c][tile] vectors
  float* products;          // M[f][output of the slice][tile] vectors
  float* window;            // 6 x 6 vectors
  std::int64_t input_step;  // floats from one f to the next
  std::int64_t product_step;
};

// An odd number of vectors: the same place of all frequencies is then spread over all sets of a
// cache.
constexpr std::int64_t FrequencyStep(std::int64_t vectors) { return (vectors | 1) * kLanes; }

// The 6 x 6 vectors around a tile that ends early, zeros beyond the border.
void CopyWindow(const LaneTensor& in, const TilePlace& tile, int channel, float* window) {
  const FloatTag d;
  for (int i = 0; i < kWinogradWindow; ++i) {
    for (int j = 0; j < kWinogradWindow; ++j) {
      const bool inside = i < tile.rows + 2 && j < tile.vectors + 2;
      hn::Store(inside ? hn::Load(d, in.At(tile.y + i - 1, channel, tile.j + j - 1)) : hn::Zero(d),
                d, window + (kWinogradWindow * i + j) * kLanes);
    }
  }
}

template <int kTiles>
HWY_NOINLINE void TransformInputs(const Block& block) {
  const LaneTensor& in = block.task.conv.in;
  for (int t = 0; t < kTiles; ++t) {
    const TilePlace& tile = block.tiles[t];
    const bool whole = tile.rows == kWinogradTile && tile.vectors == kWinogradTile;
    const float* from = whole ? in.At(tile.y - 1, 0, tile.j - 1) : block.window;
    const std::int64_t row = whole ? in.row_stride : kWinogradWindow * kLanes;
    float* to = block.inputs + t * kLanes;
    for (int c = 0; c < in.channels; ++c, to += kTiles * kLanes) {
      if (!whole) CopyWindow(in, tile, c, block.window);
      WindowToFrequencies(from, row, to, block.input_step);
      if (whole) from += in.channel_stride;
    }
  }
}

// For one frequency: the products of `groups` groups of outputs with all channels, summed.
template <int kTiles>
HWY_NOINLINE void Multiply(const float* HWY_RESTRICT weights, int groups,
                           const float* HWY_RESTRICT inputs, int channels,
                           float* HWY_RESTRICT products) {
  const FloatTag d;
  const float* const end = inputs + std::int64_t{1} * channels * kTiles * kLanes;
  for (int g = 0; g < groups; ++g) {
    Vec sums[kGroup][kTiles];
#pragma GCC unroll 8
    for (int o = 0; o < kGroup; ++o) {
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) sums[o][t] = hn::Zero(d);
    }
    for (const float* x = inputs; x != end; x += kTiles * kLanes, weights += kGroup) {
      Vec values[kTiles];
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) values[t] = hn::Load(d, x + t * kLanes);
#pragma GCC unroll 8
      for (int o = 0; o < kGroup; ++o) {
        const Vec w = hn::Set(d, weights[o]);
#pragma GCC unroll 4
        for (int t = 0; t < kTiles; ++t) sums[o][t] = hn::MulAdd(values[t], w, sums[o][t]);
      }
    }
#pragma GCC unroll 8
    for (int o = 0; o < kGroup; ++o) {
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t, products += kLanes) hn::Store(sums[o][t], d, products);
    }
  }
}

// tile[i][j] = f(tile[i][j], i, j).
template <typename F>
HWY_INLINE void Update(Vec (&tile)[kWinogradTile][kWinogradTile], F f) {
#pragma GCC unroll 4
  for (int i = 0; i < kWinogradTile; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < kWinogradTile; ++j) tile[i][j] = f(tile[i][j], i, j);
  }
}

HWY_INLINE void ActivateAll(ActivationKind kind, float slope,
                            Vec (&tile)[kWinogradTile][kWinogradTile]) {
  if (kind == ActivationKind::kRelu) {
    Update(tile, [&](Vec x, int, int) HWY_ATTR { return Activate(ActivationKind::kRelu, x, 0); });
  } else if (kind == ActivationKind::kSlope) {
    Update(tile,
           [&](Vec x, int, int) HWY_ATTR { return Activate(ActivationKind::kSlope, x, slope); });
  }
}

// What follows the convolution, and the way to memory. kWhole: the tile is inside the plane.
template <bool kWhole>
HWY_INLINE void Finish(const ConvTask& t, const TilePlace& place, const ConvOutput& to,
                       Vec (&tile)[kWinogradTile][kWinogradTile]) {
  const FloatTag d;
  const auto inside = [&](int i, int j) { return kWhole || (i < place.rows && j < place.vectors); };
  const std::int64_t step = t.out_step * kLanes;
  const Vec bias = hn::Set(d, to.bias);
  Update(tile, [&](Vec x, int, int) HWY_ATTR { return hn::Add(x, bias); });
  ActivateAll(t.before, to.slope_before, tile);
  if (t.residual.origin != nullptr) {
    const float* from =
        t.residual.At(place.y * t.out_step, 0, place.j * t.out_step) + to.residual_offset;
    const std::int64_t row = t.out_step * t.residual.row_stride;
    Update(tile, [&](Vec x, int i, int j) HWY_ATTR {
      return inside(i, j) ? hn::Add(x, hn::Load(d, from + i * row + j * step)) : x;
    });
  }
  ActivateAll(t.after, to.slope_after, tile);
  float* const out = t.out.At(place.y * t.out_step, 0, place.j * t.out_step) + to.offset;
  const std::int64_t row = t.out_step * t.out.row_stride;
  const std::uint32_t* const mask = t.mask.data() + place.j * kLanes;
  Update(tile, [&](Vec x, int i, int j) HWY_ATTR {
    if (inside(i, j)) hn::Store(Masked(x, mask + j * kLanes), d, out + i * row + j * step);
    return x;
  });
}

// Outputs [first, first + count) from their products.
template <int kTiles>
HWY_NOINLINE void TransformOutputs(const Block& block, int first, int count) {
  const ConvTask& conv = block.task.conv;
  for (int t = 0; t < kTiles; ++t) {
    const TilePlace& place = block.tiles[t];
    const bool whole = place.rows == kWinogradTile && place.vectors == kWinogradTile;
    for (int k = 0; k < count; ++k) {
      Vec tile[kWinogradTile][kWinogradTile];
      FrequenciesToTile(block.products + (k * kTiles + t) * kLanes, block.product_step, tile);
      const ConvOutput& to = conv.outputs[first + k];
      if (whole) {
        Finish<true>(conv, place, to, tile);
      } else {
        Finish<false>(conv, place, to, tile);
      }
    }
  }
}

template <int kTiles>
void RunBlock(const WinogradTask& task, const TilePlace* tiles, float* scratch) {
  const int channels = task.conv.in.channels;
  Block block = {task,
                 tiles,
                 scratch,
                 nullptr,
                 nullptr,
                 FrequencyStep(channels * kTiles),
                 FrequencyStep(kWinogradSlice * kTiles)};
  block.products = block.inputs + kWinogradFrequencies * block.input_step;
  block.window = block.products + kWinogradFrequencies * block.product_step;
  TransformInputs<kTiles>(block);

  const float* weights = task.weights.weights.data();
  for (int first = 0; first < task.weights.outputs; first += kWinogradSlice) {
    const int count = std::min(kWinogradSlice, task.weights.outputs - first);
    const int groups = (count + kGroup - 1) / kGroup;
    for (int f = 0; f < kWinogradFrequencies; ++f) {
      Multiply<kTiles>(weights, groups, block.inputs + f * block.input_step, channels,
                       block.products + f * block.product_step);
      weights += std::int64_t{1} * groups * channels * kGroup;
    }
    TransformOutputs<kTiles>(block, first, count);
  }
}

using BlockFn = void (*)(const WinogradTask&, const TilePlace*, float*);
constexpr BlockFn kRunBlock[kMaxTiles] = {RunBlock<1>, RunBlock<2>, RunBlock<3>};

}  // namespace

void RunWinograd(const WinogradTask& task, int begin, int end) {
  const ConvTask& conv = task.conv;
  const ScratchPool::Buffer scratch(*task.scratch);
  const int columns = (conv.span + kWinogradTile - 1) / kWinogradTile;
  const int count = (end - begin + kWinogradTile - 1) / kWinogradTile * columns;
  const int blocks = (count + kMaxTiles - 1) / kMaxTiles;
  for (int b = 0; b < blocks; ++b) {
    TilePlace tiles[kMaxTiles];
    const int first = count * b / blocks;
    const int size = count * (b + 1) / blocks - first;
    for (int t = 0; t < size; ++t) {
      const int y = begin + (first + t) / columns * kWinogradTile;
      const int j = (first + t) % columns * kWinogradTile;
      tiles[t] = {y, j, std::min(kWinogradTile, end - y), std::min(kWinogradTile, conv.span - j)};
    }
    kRunBlock[size - 1](task, tiles, scratch.data());
  }
  FinishRows(conv.out, begin * conv.out_step, end * conv.out_step);
}

int WinogradGroup() { return kGroup; }

std::size_t WinogradScratchFloats(int channels) {
  return kWinogradFrequencies * (FrequencyStep(std::int64_t{1} * channels * kMaxTiles) +
                                 FrequencyStep(kWinogradSlice * kMaxTiles) + kLanes);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(RunWinograd);
WINNOW_EXPORT(WinogradGroup);
WINNOW_EXPORT(WinogradScratchFloats);
}  // namespace

WinogradKernel WinogradKernelFor(Isa isa) {
  return {"winograd 4x4",
          WINNOW_DISPATCH(WinogradGroup, isa)(),
          WINNOW_DISPATCH(RunWinograd, isa),
          {1.1, 20, 15}};
}

bool FitsWinograd(const ConvShape& shape, const ConvTask& task) {
  return shape.kernel_height == 3 && shape.kernel_width == 3 && shape.stride == 1 &&
         shape.dilation == 1 && shape.groups == 1 && !shape.transposed && shape.pad_top == 1 &&
         shape.pad_left == 1 && task.height == task.in.height && task.span == task.in.span &&
         task.in.halo >= 1 && task.in.border >= 1;
}

double WinogradMacs(const WinogradKernel& kernel, int channels, int outputs) {
  const int groups = (outputs + kernel.group - 1) / kernel.group;
  return static_cast<double>(kWinogradFrequencies) * groups * kernel.group * channels /
         (kWinogradTile * kWinogradTile);
}

WinogradTask MakeWinograd(Isa isa, const ConvTask& conv, const Tensor& weight,
                          std::shared_ptr<ScratchPool> scratch) {
  scratch->Reserve(WinogradScratch(isa, conv.in.channels));
  return {conv, PackWinograd(weight, WinogradKernelFor(isa).group), std::move(scratch)};
}

std::size_t WinogradScratch(Isa isa, int channels) {
  return WINNOW_DISPATCH(WinogradScratchFloats, isa)(channels);
}

}  // namespace winnow
#endif  // HWY_ONCE
