#include "kernels/layout/convert.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/layout/convert.cc"
#include <hwy/foreach_target.h>
//
#include "kernels/halves-inl.h"

HWY_BEFORE_NAMESPACE();
namespace winnow::HWY_NAMESPACE {
namespace {

// Vectors of halves that are converted at a time.
constexpr int kBlock = 16;

// Pixels that lane i holds: fewer than span in the last lane in use, none beyond it.
int PixelsOfLane(const LaneTensor& t, int i) { return std::clamp(t.width - i * t.span, 0, t.span); }

// The pixels of a row to vectors [begin, end) of the float lanes [0, lanes), whose place in a
// vector `place` tells.
template <typename Place>
void Spread(const float* row, const LaneTensor& t, int begin, int end, float* vectors,
            Place place) {
  for (int i = 0; i < t.lanes; ++i) {
    const int count = std::clamp(PixelsOfLane(t, i), begin, end);
    const float* const from = row + static_cast<std::int64_t>(i) * t.span;
    float* const to = vectors + place(i);
    for (int j = begin; j < count; ++j) to[(j - begin) * t.lanes] = from[j];
    for (int j = count; j < end; ++j) to[(j - begin) * t.lanes] = 0;
  }
}

// The way back.
template <typename Place>
void Gather(const float* vectors, const LaneTensor& t, int begin, int end, float* row,
            Place place) {
  for (int i = 0; i < t.lanes; ++i) {
    const int count = std::clamp(PixelsOfLane(t, i), begin, end);
    float* const to = row + static_cast<std::int64_t>(i) * t.span;
    const float* const from = vectors + place(i);
    for (int j = begin; j < count; ++j) to[j] = from[(j - begin) * t.lanes];
  }
}

int InOrder(int lane) { return lane; }
// Where HalfPair has them.
int EvenFirst(int lane) { return lane % 2 * kLanes + lane / 2; }

void HalvesFromPlanar(const float* row, const LaneTensor& t, float* words) {
  const FloatTag d;
  HWY_ALIGN float block[kBlock * 2 * kLanes];
  for (int begin = 0; begin < t.span; begin += kBlock) {
    const int end = std::min(begin + kBlock, t.span);
    Spread(row, t, begin, end, block, EvenFirst);
    for (int j = begin; j < end; ++j) {
      const float* const pair = block + (j - begin) * 2 * kLanes;
      StoreHalves({hn::Load(d, pair), hn::Load(d, pair + kLanes)}, words + j * kLanes);
    }
  }
}

void PlanarFromHalves(const float* words, const LaneTensor& t, float* row) {
  const FloatTag d;
  HWY_ALIGN float block[kBlock * 2 * kLanes];
  for (int begin = 0; begin < t.span; begin += kBlock) {
    const int end = std::min(begin + kBlock, t.span);
    for (int j = begin; j < end; ++j) {
      const HalfPair pair = LoadHalves(words + j * kLanes);
      float* const to = block + (j - begin) * 2 * kLanes;
      hn::Store(pair.even, d, to);
      hn::Store(pair.odd, d, to + kLanes);
    }
    Gather(block, t, begin, end, row, EvenFirst);
  }
}

}  // namespace

void ToLanes(const float* planar, const LaneTensor& t, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      const float* row = planar + (static_cast<std::int64_t>(c) * t.height + y) * t.width;
      if (t.element == Element::kHalf) {
        HalvesFromPlanar(row, t, t.At(y, c, 0));
      } else {
        Spread(row, t, 0, t.span, t.At(y, c, 0), InOrder);
      }
    }
  }
  FinishRows(t, begin, end);
}

void ToPlanar(const LaneTensor& t, float* planar, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < t.channels; ++c) {
      float* row = planar + (static_cast<std::int64_t>(c) * t.height + y) * t.width;
      if (t.element == Element::kHalf) {
        PlanarFromHalves(t.At(y, c, 0), t, row);
      } else {
        Gather(t.At(y, c, 0), t, 0, t.span, row, InOrder);
      }
    }
  }
}

// Of 2 S vectors of floats, vector j has the even lanes of vector j of the halves and vector j + S
// the odd ones: lane i of vector j + S is pixel i * 2 S + j + S, lane 2 i + 1 of vector j.
void Widen(const LaneTensor& in, const LaneTensor& out, int begin, int end) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < in.channels; ++c) {
      for (int j = 0; j < in.span; ++j) {
        const HalfPair pair = LoadHalves(in.At(y, c, j));
        hn::Store(pair.even, d, out.At(y, c, j));
        hn::Store(pair.odd, d, out.At(y, c, j + in.span));
      }
    }
  }
  FinishRows(out, begin, end);
}

void Narrow(const LaneTensor& in, const LaneTensor& out, int begin, int end) {
  const FloatTag d;
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < out.channels; ++c) {
      for (int j = 0; j < out.span; ++j) {
        StoreHalves({hn::Load(d, in.At(y, c, j)), hn::Load(d, in.At(y, c, j + out.span))},
                    out.At(y, c, j));
      }
    }
  }
  FinishRows(out, begin, end);
}

void Copy(const LaneTensor& in, const LaneTensor& out, int offset, int begin, int end) {
  for (int y = begin; y < end; ++y) {
    for (int c = 0; c < in.channels; ++c) {
      std::memcpy(out.At(y + offset, c, 0), in.At(y, c, 0), sizeof(float) * kLanes * in.span);
    }
  }
  FinishRows(out, begin + offset, end + offset);
}

}  // namespace winnow::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/dispatch.h"

namespace winnow {
namespace {
WINNOW_EXPORT(ToLanes);
WINNOW_EXPORT(ToPlanar);
WINNOW_EXPORT(Copy);
WINNOW_EXPORT(Widen);
WINNOW_EXPORT(Narrow);
}  // namespace

ConvertKernels GetConvertKernels(Isa isa) {
  return {WINNOW_DISPATCH(ToLanes, isa), WINNOW_DISPATCH(ToPlanar, isa), WINNOW_DISPATCH(Copy, isa),
          WINNOW_DISPATCH(Widen, isa), WINNOW_DISPATCH(Narrow, isa)};
}

}  // namespace winnow
#endif  // HWY_ONCE
