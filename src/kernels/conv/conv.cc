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
constexpr int kSoon = 4;  // groups before its turn that a group's lines of results are asked for

// The inner loop: taps [begin, end) of the pack, for kOutputs results at kRows x kVectors places.
// Each vector is loaded once and serves all outputs. Unrolled over the constants, so that the sums
// live in registers.
template <int kStep, int kOutputs, int kRows, int kVectors>
HWY_INLINE void AddTaps(const ConvPack& pack, int begin, int end, const float* place,
                        std::int64_t row_bytes, Vec (&sums)[kOutputs][kRows][kVectors]) {
  const FloatTag d;
  const float* HWY_RESTRICT w = pack.weights.data() + static_cast<std::int64_t>(begin) * kOutputs;
  const std::int32_t* HWY_RESTRICT offset = pack.offsets.data() + begin;
  const std::int32_t* const last = pack.offsets.data() + end;
  for (; offset != last; ++offset, w += kOutputs) {
    const char* row = reinterpret_cast<const char*>(place) + *offset;
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r, row += row_bytes) {
      const float* x = reinterpret_cast<const float*>(row);
      Vec values[kVectors];
#pragma GCC unroll 8
      for (int k = 0; k < kVectors; ++k) values[k] = hn::Load(d, x + k * kStep * kLanes);
#pragma GCC unroll 4
      for (int o = 0; o < kOutputs; ++o) {
        const Vec weight = hn::Set(d, w[o]);
#pragma GCC unroll 8
        for (int k = 0; k < kVectors; ++k) {
          sums[o][r][k] = hn::MulAdd(values[k], weight, sums[o][r][k]);
        }
      }
    }
  }
}

// Where the sums of one output go, or what is added to them: vector k of row r lies at p + r * row
// + k * step.
template <typename Float>
struct Grid {
  Float* p;
  std::int64_t row;
  std::int64_t step;

  HWY_INLINE Float* At(int r, int k) const { return p + r * row + k * step; }
  HWY_INLINE Grid At(std::int64_t offset) const { return {p + offset, row, step}; }
};

// v[r][k] = f(v[r][k], r, k).
template <int kRows, int kVectors, typename F>
HWY_INLINE void Update(Vec (&v)[kRows][kVectors], F f) {
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int k = 0; k < kVectors; ++k) v[r][k] = f(v[r][k], r, k);
  }
}

template <int kRows, int kVectors>
HWY_INLINE void ActivateAll(ActivationKind kind, float slope, Vec (&v)[kRows][kVectors]) {
  if (kind == ActivationKind::kRelu) {
    Update(v, [&](Vec x, int, int) HWY_ATTR { return Activate(ActivationKind::kRelu, x, slope); });
  } else if (kind == ActivationKind::kSlope) {
    Update(v, [&](Vec x, int, int) HWY_ATTR { return Activate(ActivationKind::kSlope, x, slope); });
  }
}

template <int kRows, int kVectors>
HWY_INLINE void StoreAll(const Grid<float>& out, Vec (&v)[kRows][kVectors]) {
  const FloatTag d;
  Update(v, [&](Vec x, int r, int k) HWY_ATTR {
    hn::Store(x, d, out.At(r, k));
    return x;
  });
}

// What follows the last tap.
template <int kRows, int kVectors>
HWY_INLINE void Finish(const ConvTask& t, const ConvOutput& to, const Grid<const float>& residual,
                       const std::uint32_t* mask, Vec (&v)[kRows][kVectors]) {
  const FloatTag d;
  ActivateAll(t.before, to.slope_before, v);
  if (residual.p != nullptr) {
    const Grid<const float> from = residual.At(to.residual_offset);
    Update(v, [&](Vec x, int r, int k) HWY_ATTR { return hn::Add(x, hn::Load(d, from.At(r, k))); });
  }
  ActivateAll(t.after, to.slope_after, v);
  Update(v, [&](Vec x, int, int k) HWY_ATTR { return Masked(x, mask + k * kLanes); });
}

// Asks for the inputs that the tile below will add to those of this one, a few each time: there are
// far more rows and channels than the processor would notice by itself, and requests that come all
// at once would keep the loads of the taps waiting.
template <int kStep, int kRows, int kVectors>
class Ahead {
 public:
  // `place` is the tile's first; Ask will be called `times`.
  Ahead(const ConvTask& t, const float* place, int times)
      : in_(t.in),
        below_(place + (t.pack.lowest_row + (kRows - 1) * kStep + 1) * t.in.row_stride),
        times_(times) {}

  void Ask() {
    constexpr int kNew = kRows * kStep;  // rows
    constexpr int kLine = 64 / static_cast<int>(sizeof(float));
    const std::int64_t all = std::int64_t{kNew} * in_.channels;
    for (++time_; asked_ * times_ < all * time_; ++asked_) {
      const float* const run =
          below_ + asked_ % kNew * in_.row_stride + asked_ / kNew * in_.channel_stride;
      for (int i = 0; i < kVectors * kStep * kLanes; i += kLine) __builtin_prefetch(run + i, 0, 2);
    }
  }

 private:
  const LaneTensor& in_;
  const float* const below_;
  const std::int64_t times_;
  std::int64_t time_ = 0;
  std::int64_t asked_ = 0;
};

// Asks for the lines that one output goes to, lest its stores wait for memory.
template <int kRows, int kVectors>
HWY_INLINE void AskFor(const Grid<float>& out) {
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int k = 0; k < kVectors; ++k) __builtin_prefetch(out.At(r, k), 1, 2);
  }
}

template <int kStep, int kOutputs, int kRows, int kVectors>
HWY_NOINLINE void Tile(const ConvTask& t, int y, int j) {
  const FloatTag d;
  const ConvPack& pack = t.pack;
  const float* const place = t.in.At(y * kStep, 0, j * kStep);
  const std::int64_t row_bytes = kStep * t.in.row_stride * sizeof(float);
  const std::int64_t step = t.out_step * kLanes;
  const Grid<float> out = {t.out.At(y * t.out_step, 0, j * t.out_step),
                           t.out_step * t.out.row_stride, step};
  Grid<const float> residual = {nullptr, t.out_step * t.residual.row_stride, step};
  if (t.residual.origin != nullptr) {
    residual.p = t.residual.At(y * t.out_step, 0, j * t.out_step);
  }
  Ahead<kStep, kRows, kVectors> ahead(t, place, pack.blocks * pack.groups);

  for (int b = 0; b < pack.blocks; ++b) {
    const bool first = b == 0;
    const bool last = b + 1 == pack.blocks;
    for (int g = 0; g < pack.groups; ++g) {
      const int begin = pack.starts[b * pack.groups + g];
      const int end = pack.starts[b * pack.groups + g + 1];
      ahead.Ask();
      if (first && g + kSoon < pack.groups) {
        for (int o = 0; o < kOutputs; ++o) {
          const int soon = pack.members[(g + kSoon) * kOutputs + o];
          if (soon >= 0) AskFor<kRows, kVectors>(out.At(t.outputs[soon].offset));
        }
      }
      if (begin == end && !first && !last) continue;
      const int* const members = pack.members.data() + g * kOutputs;
      Vec sums[kOutputs][kRows][kVectors];
#pragma GCC unroll 4
      for (int o = 0; o < kOutputs; ++o) {
        // A group at the end may be short; its idle sums repeat the first one's and go nowhere.
        const ConvOutput& to = t.outputs[members[members[o] < 0 ? 0 : o]];
        if (first) {
          const Vec bias = hn::Set(d, to.bias);
          Update(sums[o], [&](Vec, int, int) HWY_ATTR { return bias; });
        } else {
          const Grid<float> from = out.At(to.offset);
          Update(sums[o], [&](Vec, int r, int k) HWY_ATTR { return hn::Load(d, from.At(r, k)); });
        }
      }
      AddTaps<kStep>(pack, begin, end, place, row_bytes, sums);
#pragma GCC unroll 4
      for (int o = 0; o < kOutputs; ++o) {
        if (members[o] < 0) continue;
        const ConvOutput& to = t.outputs[members[o]];
        if (last) Finish(t, to, residual, t.mask.data() + j * kLanes, sums[o]);
        StoreAll(out.At(to.offset), sums[o]);
      }
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
WINNOW_EXPORT(RunDense);
WINNOW_EXPORT(RunSparse);
WINNOW_EXPORT(MaxVectors);
}  // namespace

std::vector<ConvKernel> ConvKernels(Isa isa) {
  const int vectors = WINNOW_DISPATCH(MaxVectors, isa)();
  return {
      {"conv 4 outputs", 4, 1, vectors, WINNOW_DISPATCH(RunDense, isa), nullptr, {1.1, 0, 10}},
      {"conv 1 output x 4 rows",
       1,
       4,
       vectors,
       WINNOW_DISPATCH(RunSparse, isa),
       nullptr,
       {1.3, 0, 22}},
  };
}

}  // namespace winnow
#endif  // HWY_ONCE
