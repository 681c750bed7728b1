#include "kernels/rank_update/rank_update.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rank_update/rank_update.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

// A tile of the result stays in registers: kTileRows x kTileVectors vectors, of 32 or of 16.
constexpr int kTileRows = HWY_TARGET <= HWY_AVX3 ? 8 : 4;
constexpr int kTileVectors = 3;
// Rows of x at a time: the columns of a tile then stay in the L1 cache while the tile moves down.
constexpr int kDepth = 128;

inline void UpdateTile(const float* xi, const float* xj, int rows, int width, float sign,
                       float* c) {
  const FloatTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  Vec sum[kTileRows][kTileVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) sum[i][v] = hn::Zero(d);
  }
  for (int r = 0; r < rows; ++r, xi += width, xj += width) {
    Vec b[kTileVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) b[v] = hn::Load(d, xj + v * lanes);
#pragma GCC unroll 8
    for (int i = 0; i < kTileRows; ++i) {
      const Vec a = hn::Set(d, xi[i]);
#pragma GCC unroll 3
      for (int v = 0; v < kTileVectors; ++v) sum[i][v] = hn::MulAdd(a, b[v], sum[i][v]);
    }
  }
  const Vec signs = hn::Set(d, sign);
#pragma GCC unroll 8
  for (int i = 0; i < kTileRows; ++i, c += width) {
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) {
      float* at = c + v * lanes;
      hn::Store(hn::MulAdd(signs, sum[i][v], hn::Load(d, at)), d, at);
    }
  }
}

void RankUpdate(const float* x, int rows, int width, float sign, float* c) {
  const int tile_width = kTileVectors * static_cast<int>(hn::Lanes(FloatTag()));
  for (int r = 0; r < rows; r += kDepth) {
    const int depth = r + kDepth < rows ? kDepth : rows - r;
    const float* block = x + static_cast<std::ptrdiff_t>(r) * width;
    for (int j = 0; j < width; j += tile_width) {
      for (int i = 0; i < j + tile_width; i += kTileRows) {
        UpdateTile(block + i, block + j, depth, width, sign,
                   c + static_cast<std::ptrdiff_t>(i) * width + j);
      }
    }
  }
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(RankUpdate);
}  // namespace

RankUpdateFn GetRankUpdate(Isa isa) { return WINNOW_DISPATCH(RankUpdate, isa); }

}  // namespace winnow
#endif  // HWY_ONCE
