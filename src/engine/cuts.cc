#include "engine/cuts.h"

#include <algorithm>
#include <cmath>

namespace winnow {
namespace {

// The cut at `part` of `parts` of the picture's height, sunk where steps read what lies above.
Cut CutAt(const std::vector<BandedStep>& steps, std::int64_t part, std::int64_t parts) {
  Cut cut;
  for (const BandedStep& step : steps) {
    int band = static_cast<int>(part * step.rows / parts) / step.band;
    for (const BandedStep::Input& input : step.inputs) {
      while (band < BandCount(step) &&
             BandsRead(step, band, input, steps[input.step]).first < cut[input.step]) {
        ++band;
      }
    }
    cut.push_back(band);
  }
  return cut;
}

double WorkAbove(const std::vector<BandedStep>& steps, const Cut& cut) {
  double work = 0;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    work += steps[s].work * std::min(cut[s] * steps[s].band, steps[s].rows);
  }
  return work;
}

}  // namespace

std::vector<Cut> CutSteps(const std::vector<BandedStep>& steps, int count) {
  int places = 0;
  double all = 0;
  for (const BandedStep& step : steps) {
    places = std::max(places, BandCount(step));
    all += step.work * step.rows;
  }
  std::vector<Cut> cuts;
  int place = 0;
  for (int i = 1; i < count; ++i) {
    const double wanted = all * i / count;
    // Lower places have more work above them.
    Cut best;
    double least = all;
    for (; place < places; ++place) {
      Cut cut = CutAt(steps, place, places);
      const double off = std::abs(WorkAbove(steps, cut) - wanted);
      if (!best.empty() && off >= least) break;
      best = std::move(cut);
      least = off;
    }
    if (best.empty()) break;
    cuts.push_back(std::move(best));
  }
  return cuts;
}

}  // namespace winnow
