#include "engine/schedule.h"

#include <algorithm>

namespace winnow {
namespace {

int CeilDiv(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
int FloorDiv(int a, int b) { return -CeilDiv(-a, b); }

class Scheduler {
 public:
  Scheduler(const std::vector<BandedStep>& steps, int slack) : steps_(steps), slack_(slack) {
    for (const BandedStep& step : steps) {
      offsets_.push_back(bands_);
      bands_ += Bands(step);
    }
    next_.assign(steps.size(), 0);
    position_.assign(bands_, -1);
  }

  std::vector<ScheduleItem> Run() {
    while (static_cast<int>(items_.size()) < bands_) {
      if (!TakeOne(slack_)) TakeOne(0);
    }
    return std::move(items_);
  }

 private:
  static int Bands(const BandedStep& step) { return CeilDiv(step.rows, step.band); }

  // Takes the next band of the step that is behind the others, of those whose bands may come: the
  // last of a chain where it can, else one that works towards that.
  bool TakeOne(int slack) {
    int best = -1;
    double least = 2;
    ScheduleItem item;
    for (int s = static_cast<int>(steps_.size()) - 1; s >= 0; --s) {
      if (next_[s] == Bands(steps_[s])) continue;
      const double done = static_cast<double>(next_[s]) / Bands(steps_[s]);
      if (done >= least) continue;
      ScheduleItem candidate = NextOf(s);
      if (!Ready(candidate, slack)) continue;
      item = std::move(candidate);
      best = s;
      least = done;
    }
    if (best < 0) return false;
    position_[item.band] = static_cast<int>(items_.size());
    items_.push_back(std::move(item));
    ++next_[best];
    return true;
  }

  ScheduleItem NextOf(int s) const {
    const BandedStep& step = steps_[s];
    ScheduleItem item;
    item.step = s;
    item.band = offsets_[s] + next_[s];
    item.begin = next_[s] * step.band;
    item.end = std::min(item.begin + step.band, step.rows);
    for (const BandedStep::Input& input : step.inputs) item.after.push_back(Needed(item, input));
    return item;
  }

  // The bands that write a row that the item reads. Beyond the picture's edge it reads what comes
  // with the outermost row.
  BandRange Needed(const ScheduleItem& item, const BandedStep::Input& input) const {
    const BandedStep& maker = steps_[input.step];
    const int first = item.begin * input.rows.scale + input.rows.first;
    const int last = (item.end - 1) * input.rows.scale + input.rows.last;
    const auto band = [&](int row) {
      return offsets_[input.step] + std::clamp(row, 0, maker.rows - 1) / maker.band;
    };
    return {band(CeilDiv(first - maker.writes.last, maker.writes.scale)),
            band(FloorDiv(last - maker.writes.first, maker.writes.scale))};
  }

  bool Ready(const ScheduleItem& item, int slack) const {
    const int latest = static_cast<int>(items_.size()) - slack;
    for (const BandRange& range : item.after) {
      for (int b = range.first; b <= range.last; ++b) {
        if (position_[b] < 0 || position_[b] >= latest) return false;
      }
    }
    return true;
  }

  const std::vector<BandedStep>& steps_;
  const int slack_;
  int bands_ = 0;
  std::vector<int> offsets_;   // number of each step's first band
  std::vector<int> next_;      // band of each step
  std::vector<int> position_;  // of each band in items_
  std::vector<ScheduleItem> items_;
};

}  // namespace

std::vector<ScheduleItem> MakeSchedule(const std::vector<BandedStep>& steps, int slack) {
  return Scheduler(steps, slack).Run();
}

}  // namespace winnow
