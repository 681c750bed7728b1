#include "engine/schedule.h"

#include <algorithm>

#include "engine/cuts.h"

namespace winnow {
namespace {

class Scheduler {
 public:
  Scheduler(const std::vector<BandedStep>& steps, int count)
      : steps_(steps), bounds_(CutSteps(steps, count)) {
    bounds_.insert(bounds_.begin(), Cut(steps.size(), 0));
    bounds_.emplace_back();
    for (const BandedStep& step : steps) {
      bounds_.back().push_back(BandCount(step));
      items_.emplace_back(BandCount(step));
    }
    chunks_.resize(bounds_.size() - 1);
  }

  std::vector<Chunk> Run() {
    // From the last, because the others wait for places in it.
    for (chunk_ = static_cast<int>(chunks_.size()) - 1; chunk_ >= 0; --chunk_) {
      next_ = bounds_[chunk_];
      awaited_.assign(chunks_.size(), 0);
      while (TakeOne()) {
      }
    }
    return std::move(chunks_);
  }

 private:
  int Begin(int step) const { return bounds_[chunk_][step]; }
  int End(int step) const { return bounds_[chunk_ + 1][step]; }

  // Takes the next band of the step that is behind the others, of those whose bands may come: the
  // last of a chain where it can, else one that works towards that.
  bool TakeOne() {
    int best = -1;
    double least = 2;
    for (int s = static_cast<int>(steps_.size()) - 1; s >= 0; --s) {
      if (next_[s] == End(s)) continue;
      const double done = static_cast<double>(next_[s]) / BandCount(steps_[s]);
      if (done < least && IsReady(s)) {
        best = s;
        least = done;
      }
    }
    if (best < 0) return false;
    Take(best);
    return true;
  }

  BandRange ReadByNext(int s, const BandedStep::Input& input) const {
    return BandsRead(steps_[s], next_[s], input, steps_[input.step]);
  }

  // Whether what the step's next band reads of this chunk is made.
  bool IsReady(int s) const {
    return std::ranges::all_of(steps_[s].inputs, [&](const BandedStep::Input& input) {
      const BandRange read = ReadByNext(s, input);
      const int last = std::min(read.last, End(input.step) - 1);
      return last < read.first || last < next_[input.step];
    });
  }

  void Take(int s) {
    Chunk& chunk = chunks_[chunk_];
    const int begin = next_[s] * steps_[s].band;
    chunk.push_back({s, begin, std::min(begin + steps_[s].band, steps_[s].rows), Awaited(s)});
    items_[s][next_[s]] = {chunk_, static_cast<int>(chunk.size())};
    ++next_[s];
  }

  // What the step's next band reads of other chunks and nothing before it has waited for.
  std::vector<ChunkPart> Awaited(int s) {
    std::vector<ChunkPart> after;
    for (const BandedStep::Input& input : steps_[s].inputs) {
      const BandRange read = ReadByNext(s, input);
      for (int b = std::max(read.first, End(input.step)); b <= read.last; ++b) {
        const ChunkPart& part = items_[input.step][b];
        if (part.items <= awaited_[part.chunk]) continue;
        awaited_[part.chunk] = part.items;
        after.push_back(part);
      }
    }
    return after;
  }

  const std::vector<BandedStep>& steps_;
  std::vector<Cut> bounds_;  // bands [bounds_[c][s], bounds_[c + 1][s]) of step s are in chunk c
  std::vector<Chunk> chunks_;
  std::vector<std::vector<ChunkPart>> items_;  // by step and band: its chunk as far as that band
  // Of the chunk at work.
  int chunk_ = 0;
  std::vector<int> next_;     // band of each step
  std::vector<int> awaited_;  // items of each chunk
};

}  // namespace

std::vector<Chunk> MakeSchedule(const std::vector<BandedStep>& steps, int count) {
  return Scheduler(steps, count).Run();
}

}  // namespace winnow
