#include "engine/bands.h"

#include <algorithm>

namespace winnow {
namespace {

int CeilDiv(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
int FloorDiv(int a, int b) { return -CeilDiv(-a, b); }

}  // namespace

int BandCount(const BandedStep& step) { return CeilDiv(step.rows, step.band); }

BandRange BandsRead(const BandedStep& step, int band, const BandedStep::Input& input,
                    const BandedStep& maker) {
  const int begin = band * step.band;
  const int end = std::min(begin + step.band, step.rows);
  const int first = begin * input.rows.scale + input.rows.first;
  const int last = (end - 1) * input.rows.scale + input.rows.last;
  const auto band_of = [&](int row) { return std::clamp(row, 0, maker.rows - 1) / maker.band; };
  return {band_of(CeilDiv(first - maker.writes.last, maker.writes.scale)),
          band_of(FloorDiv(last - maker.writes.first, maker.writes.scale))};
}

}  // namespace winnow
