#include "kernels/conv/conv.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/conv.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Accumulators that fit into the registers, beside the weights and inputs in flight.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kMaxVectors = 6;
#else
constexpr int kMaxVectors = 3;
#endif
constexpr int kDenseOutputs = 4;
constexpr int kSparseRows = 4;

// A tile: kOutputs results for kRows x kVectors places. Everything below is unrolled over these
// constants, so that `v` lives in registers.
template <int kOutputs, int kRows, int kVectors>
struct Sums {
  Vec v[kOutputs][kRows][kVectors];

  template <typename F>
  HWY_INLINE void ForEach(F f) {
#pragma GCC unroll 4
    for (int o = 0; o < kOutputs; ++o) {
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
        for (int k = 0; k < kVectors; ++k) f(o, r, k);
      }
    }
  }
};

// The inner loop: taps [begin, end) of the pack. Each vector is loaded once and serves all outputs.
template <int kStep, int kOutputs, int kRows, int kVectors>
HWY_INLINE void AddTaps(const ConvPack& pack, int begin, int end, const float* place,
                        std::int64_t row_bytes, Sums<kOutputs, kRows, kVectors>& sums) {
  const FloatTag d;
  const float* HWY_RESTRICT w = pack.weights.data() + static_cast<std::int64_t>(begin) * kOutputs;
  const std::int32_t* HWY_RESTRICT offset = pack.offsets.data() + begin;
  const std::int32_t* const last = pack.offsets.data() + end;
  for (; offset != last; ++offset, w += kOutputs) {
    const char* row = reinterpret_cast<const char*>(place) + *offset;
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r, row += row_bytes) {
      const float* x = reinterpret_cast<const float*>(row);
#pragma GCC unroll 8
      for (int k = 0; k < kVectors; ++k) {
        const Vec value = hn::Load(d, x + k * kStep * kLanes);
#pragma GCC unroll 4
        for (int o = 0; o < kOutputs; ++o) {
          sums.v[o][r][k] = hn::MulAdd(value, hn::Set(d, w[o]), sums.v[o][r][k]);
        }
      }
    }
  }
}

template <int kStep, int kOutputs, int kRows, int kVectors>
HWY_NOINLINE void Tile(const ConvTask& t, int y, int j) {
  const FloatTag d;
  const ConvPack& pack = t.pack;
  const float* place = t.in.At(y * kStep, 0, j * kStep);
  float* const out = t.out.At(y * t.out_step, 0, j * t.out_step);
  const float* const residual =
      t.residual.origin == nullptr ? nullptr : t.residual.At(y * t.out_step, 0, j * t.out_step);
  const std::int64_t row_bytes = kStep * t.in.row_stride * sizeof(float);
  const std::int64_t out_row = t.out_step * t.out.row_stride;
  const std::int64_t residual_row = t.out_step * t.residual.row_stride;
  const std::int64_t step = t.out_step * kLanes;
  const std::uint32_t* const mask = t.mask.data() + j * kLanes;

  for (int b = 0; b < pack.blocks; ++b) {
    const bool first = b == 0;
    const bool final = b + 1 == pack.blocks;
    for (int g = 0; g < pack.groups; ++g) {
      const int begin = pack.starts[b * pack.groups + g];
      const int end = pack.starts[b * pack.groups + g + 1];
      if (begin == end && !first && !final) continue;
      const int* const members = pack.members.data() + g * kOutputs;
      Sums<kOutputs, kRows, kVectors> sums;
      sums.ForEach([&](int o, int r, int k) HWY_ATTR {
        if (members[o] < 0) {
          sums.v[o][r][k] = hn::Zero(d);
        } else if (first) {
          sums.v[o][r][k] = hn::Set(d, t.outputs[members[o]].bias);
        } else {
          sums.v[o][r][k] =
              hn::Load(d, out + t.outputs[members[o]].offset + r * out_row + k * step);
        }
      });
      AddTaps<kStep>(pack, begin, end, place, row_bytes, sums);
      sums.ForEach([&](int o, int r, int k) HWY_ATTR {
        if (members[o] < 0) return;
        const ConvOutput& to = t.outputs[members[o]];
        Vec v = sums.v[o][r][k];
        if (final) {
          v = Activate(t.before, v, to.slope_before);
          if (residual != nullptr) {
            v = hn::Add(v,
                        hn::Load(d, residual + to.residual_offset + r * residual_row + k * step));
          }
          v = Masked(Activate(t.after, v, to.slope_after), mask + k * kLanes);
        }
        hn::Store(v, d, out + to.offset + r * out_row + k * step);
      });
    }
  }
}

using TileFn = void (*)(const ConvTask&, int, int);

// The tile function for `vectors` in 1..kMaxVectors.
template <int kStep, int kOutputs, int kRows, int... kVectors>
TileFn TileOf(int vectors, std::integer_sequence<int, kVectors...>) {
  static constexpr TileFn kTiles[] = {&Tile<kStep, kOutputs, kRows, kVectors + 1>...};
  return kTiles[vectors - 1];
}

// kRows rows of places, cut into tiles of nearly equal width.
template <int kStep, int kOutputs, int kRows>
void RowOfTiles(const ConvTask& t, int y) {
  const int tiles = (t.span + kMaxVectors - 1) / kMaxVectors;
  for (int i = 0; i < tiles; ++i) {
    const int begin = t.span * i / tiles;
    const int end = t.span * (i + 1) / tiles;
    TileOf<kStep, kOutputs, kRows>(end - begin, std::make_integer_sequence<int, kMaxVectors>())(
        t, y, begin);
  }
}

template <int kStep, int kOutputs, int kRows>
void RunRows(const ConvTask& t, int begin, int end) {
  int y = begin;
  for (; y + kRows <= end; y += kRows) RowOfTiles<kStep, kOutputs, kRows>(t, y);
  for (; y < end; ++y) RowOfTiles<kStep, kOutputs, 1>(t, y);
}

template <int kOutputs, int kRows>
void RunConv(const ConvTask& t, int begin, int end) {
  if (t.in_step == 1) {
    RunRows<1, kOutputs, kRows>(t, begin, end);
  } else {
    RunRows<2, kOutputs, kRows>(t, begin, end);
  }
  FinishRows(t.out, begin * t.out_step, end * t.out_step);
}

}  // namespace

void RunDense(const ConvTask& t, int begin, int end) { RunConv<kDenseOutputs, 1>(t, begin, end); }
void RunSparse(const ConvTask& t, int begin, int end) { RunConv<1, kSparseRows>(t, begin, end); }
int MaxVectors() { return kMaxVectors; }

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
HWY_EXPORT(RunDense);
HWY_EXPORT(RunSparse);
HWY_EXPORT(MaxVectors);
}  // namespace

std::vector<ConvKernel> ConvKernels(Isa isa) {
  const int vectors = WINNOW_DISPATCH(MaxVectors, isa)();
  return {
      {"conv 4 outputs", 4, 1, vectors, WINNOW_DISPATCH(RunDense, isa)},
      {"conv 1 output x 4 rows", 1, 4, vectors, WINNOW_DISPATCH(RunSparse, isa)},
  };
}

}  // namespace winnow
#endif  // HWY_ONCE
