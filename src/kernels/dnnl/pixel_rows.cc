#include "kernels/dnnl/pixel_rows.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dnnl/pixel_rows.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3
namespace {

using WordTag = hn::RebindToUnsigned<FloatTag>;
using Words = hn::Vec<WordTag>;
constexpr int kBlock = 4;  // words of a 128-bit block, and blocks of a vector
static_assert(kLanes == kBlock * kBlock);

// 4 x 4 within every block: block b of column[k] becomes words 4 b + k of the four rows.
HWY_INLINE void TransposeInBlocks(const Words* rows, Words (&columns)[kBlock]) {
  const WordTag d;
  const hn::RepartitionToWide<WordTag> pairs;
  const auto low_01 = hn::BitCast(pairs, hn::InterleaveLower(d, rows[0], rows[1]));
  const auto low_23 = hn::BitCast(pairs, hn::InterleaveLower(d, rows[2], rows[3]));
  const auto high_01 = hn::BitCast(pairs, hn::InterleaveUpper(d, rows[0], rows[1]));
  const auto high_23 = hn::BitCast(pairs, hn::InterleaveUpper(d, rows[2], rows[3]));
  columns[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low_01, low_23));
  columns[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low_01, low_23));
  columns[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high_01, high_23));
  columns[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high_01, high_23));
}

// 16 x 16 words.
HWY_INLINE void Transpose(Words (&v)[kLanes]) {
  const WordTag d;
  Words columns[kBlock][kBlock];
#pragma GCC unroll 4
  for (int q = 0; q < kBlock; ++q) TransposeInBlocks(v + kBlock * q, columns[q]);
#pragma GCC unroll 4
  for (int k = 0; k < kBlock; ++k) {
    const auto even = [&](int q) HWY_ATTR {
      return hn::OddEvenBlocks(hn::SwapAdjacentBlocks(columns[q + 1][k]), columns[q][k]);
    };
    const auto odd = [&](int q) HWY_ATTR {
      return hn::OddEvenBlocks(columns[q + 1][k], hn::SwapAdjacentBlocks(columns[q][k]));
    };
    v[k] = hn::ConcatLowerLower(d, even(2), even(0));
    v[kBlock + k] = hn::ConcatLowerLower(d, odd(2), odd(0));
    v[2 * kBlock + k] = hn::ConcatUpperUpper(d, even(2), even(0));
    v[3 * kBlock + k] = hn::ConcatUpperUpper(d, odd(2), odd(0));
  }
}

// The upper half of each word is then the nearest number in bfloat16. NaN stays NaN as long as it
// is one that arithmetic makes.
HWY_INLINE Words RoundedUpperHalf(Vec x) {
  const WordTag d;
  const Words bits = hn::BitCast(d, x);
  const Words odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 1));
  return hn::Add(bits, hn::Add(odd, hn::Set(d, 0x7fff)));
}

// A vector and that of the next channel side by side in every lane, where `there` of them are.
HWY_INLINE Words ChannelPair(const float* at, std::int64_t channel_stride, int there) {
  const FloatTag d;
  const WordTag words;
  if (there <= 0) return hn::Zero(words);
  const Words first = hn::ShiftRight<16>(RoundedUpperHalf(hn::Load(d, at)));
  if (there == 1) return first;
  const Words second = RoundedUpperHalf(hn::Load(d, at + channel_stride));
  return hn::Or(first, hn::And(second, hn::Set(words, 0xffff0000u)));
}

// Vectors from one request for a line of results to its use.
constexpr int kAhead = 4;

// Channels [first, first + 32), of which the last 16 may be beyond the row's.
// Asks for the next row, because rows of many channels are more streams than processors recognise.
template <bool kAllThere>
void BlockFromLanes(const LaneTensor& in, int y, int first, int channels, std::uint16_t* pixels) {
  const WordTag d;
  const hn::Half<WordTag> half;
  const bool whole = channels - first > kLanes;
  const std::int64_t step = std::int64_t{1} * in.span * channels;
  for (int j = 0; j < in.span; ++j) {
    const float* const from = in.At(y, first, j);
    Words v[kLanes];
#pragma GCC unroll 16
    for (int p = 0; p < kLanes; ++p) {
      const float* const at = from + 2 * p * in.channel_stride;
      __builtin_prefetch(at + in.row_stride, 0, 2);
      __builtin_prefetch(at + in.row_stride + in.channel_stride, 0, 2);
      v[p] = ChannelPair(at, in.channel_stride, kAllThere ? 2 : in.channels - first - 2 * p);
    }
    Transpose(v);
    std::uint16_t* const to = pixels + std::int64_t{1} * j * channels + first;
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      auto* const pixel = reinterpret_cast<std::uint32_t*>(to + i * step);
      if (whole) {
        hn::StoreU(v[i], d, pixel);
      } else {
        hn::StoreU(hn::LowerHalf(half, v[i]), half, pixel);
      }
    }
  }
}

void FromLanes(const LaneTensor& in, int y, int channels, std::uint16_t* pixels) {
  for (int first = 0; first < channels; first += 2 * kLanes) {
    if (first + 2 * kLanes <= in.channels) {
      BlockFromLanes<true>(in, y, first, channels, pixels);
    } else {
      BlockFromLanes<false>(in, y, first, channels, pixels);
    }
  }
}

// v[k] = f(v[k], k).
template <typename F>
HWY_INLINE void Update(Vec (&v)[kLanes], F f) {
#pragma GCC unroll 16
  for (int k = 0; k < kLanes; ++k) v[k] = f(v[k], k);
}

HWY_INLINE void ActivateAll(ActivationKind kind, const float* slopes, Vec (&v)[kLanes]) {
  if (kind == ActivationKind::kRelu) {
    Update(v, [](Vec x, int) HWY_ATTR { return Activate(ActivationKind::kRelu, x, 0); });
  } else if (kind == ActivationKind::kSlope) {
    Update(v,
           [=](Vec x, int k) HWY_ATTR { return Activate(ActivationKind::kSlope, x, slopes[k]); });
  }
}

// What is known of up to 16 results before their sums are.
struct ResultBlock {
  int count;
  float bias[kLanes] = {};
  float slope_before[kLanes] = {};
  float slope_after[kLanes] = {};
  std::int64_t offset[kLanes] = {};
  std::int64_t residual_offset[kLanes] = {};

  ResultBlock(const std::vector<ConvOutput>& outputs, int first)
      : count(std::min(kLanes, static_cast<int>(outputs.size()) - first)) {
    for (int k = 0; k < count; ++k) {
      const ConvOutput& o = outputs[first + k];
      bias[k] = o.bias;
      slope_before[k] = o.slope_before;
      slope_after[k] = o.slope_after;
      offset[k] = o.offset;
      residual_offset[k] = o.residual_offset;
    }
  }
};

void FinishBlock(const ConvTask& t, int y, const ResultBlock& results, int channels,
                 const float* pixels) {
  const FloatTag d;
  const WordTag words;
  const std::int64_t step = std::int64_t{1} * t.span * channels;
  for (int j = 0; j < t.span; ++j, pixels += channels) {
    Words sums[kLanes];
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      sums[i] = hn::BitCast(words, hn::Load(d, pixels + i * step));
    }
    Transpose(sums);
    Vec v[kLanes];
    Update(v, [&](Vec, int k) HWY_ATTR {
      return hn::Add(hn::BitCast(d, sums[k]), hn::Set(d, results.bias[k]));
    });
    ActivateAll(t.before, results.slope_before, v);
    if (t.residual.origin != nullptr) {
      const float* const from = t.residual.At(y * t.out_step, 0, j * t.out_step);
      Update(v, [&](Vec x, int k) HWY_ATTR {
        if (k >= results.count) return x;
        return hn::Add(x, hn::Load(d, from + results.residual_offset[k]));
      });
    }
    ActivateAll(t.after, results.slope_after, v);
    float* const out = t.out.At(y * t.out_step, 0, j * t.out_step);
    const std::uint32_t* const mask = t.mask.data() + j * kLanes;
    Update(v, [&](Vec x, int k) HWY_ATTR {
      if (k >= results.count) return x;
      float* const to = out + results.offset[k];
      __builtin_prefetch(to + kAhead * t.out_step * kLanes, 1, 2);
      hn::Store(Masked(x, mask), d, to);
      return x;
    });
  }
}

void FinishRow(const ConvTask& t, int y, int channels, const float* pixels) {
  for (int first = 0; first < static_cast<int>(t.outputs.size()); first += kLanes) {
    FinishBlock(t, y, ResultBlock(t.outputs, first), channels, pixels + first);
  }
}

}  // namespace

PixelRowKernels PixelRows() { return {FromLanes, FinishRow}; }
#else
PixelRowKernels PixelRows() { return {}; }
#endif

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(PixelRows);
}  // namespace

PixelRowKernels GetPixelRowKernels(Isa isa) { return WINNOW_DISPATCH(PixelRows, isa)(); }

}  // namespace winnow
#endif  // HWY_ONCE
