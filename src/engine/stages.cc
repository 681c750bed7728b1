#include "engine/stages.h"

#include <algorithm>
#include <map>

namespace winnow {
namespace {

// So that a thread which gets less of its processor than others can do less.
constexpr int kChunksPerThread = 2;

BandedStep Banded(const Step& step, int band) {
  const int grains = (band + step.grain - 1) / step.grain;
  const double work = static_cast<double>(step.macs) + step.work;
  return {step.size, grains * step.grain, work / step.size, step.writes, {}};
}

Stage StageOf(const std::vector<Step>& steps, int begin, int end, int band, int threads) {
  std::map<NodeId, std::vector<int>> makers;
  std::vector<BandedStep> banded;
  for (int s = begin; s < end; ++s) {
    banded.push_back(Banded(steps[s], band));
    for (const RowRead& read : steps[s].reads) {
      for (int maker : makers[read.node]) banded.back().inputs.push_back({maker, read.rows});
    }
    if (steps[s].result != kNoNode) makers[steps[s].result].push_back(s - begin);
  }
  return {begin, end, MakeSchedule(banded, threads > 1 ? kChunksPerThread * threads : 1)};
}

}  // namespace

void AddStages(const std::vector<Step>& steps, int begin, int band, int threads,
               std::vector<Stage>& stages) {
  const int count = static_cast<int>(steps.size());
  while (begin < count) {
    int end = begin + 1;
    if (steps[begin].by_rows) {
      while (end < count && steps[end].by_rows) ++end;
    }
    stages.push_back(StageOf(steps, begin, end, band, threads));
    begin = end;
  }
}

}  // namespace winnow
