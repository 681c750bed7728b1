#include "kernels/conv/pack.h"

#include <algorithm>
#include <utility>

namespace winnow {
namespace {

// The groups, as ranges of TapList::outputs: consecutive outputs that read the same inputs.
std::vector<std::pair<int, int>> Groups(const TapList& taps, int outputs) {
  std::vector<std::pair<int, int>> groups;
  const int count = static_cast<int>(taps.outputs.size());
  for (int first = 0; first < count; first += taps.like) {
    for (int o = 0; o < taps.like; o += outputs) {
      groups.emplace_back(first + o, first + std::min(o + outputs, taps.like));
    }
  }
  return groups;
}

// The taps of one group, one cell for every (channel, dy, dx) that taps of the list may have.
class UnionGrid {
 public:
  UnionGrid(const TapList& taps, int outputs) : outputs_(outputs) {
    Tap high = {0, 0, 0, 0};
    for (const OutputTaps& output : taps.outputs) {
      for (const Tap& tap : output.taps) {
        low_.dy = std::min(low_.dy, tap.dy);
        low_.dx = std::min(low_.dx, tap.dx);
        high.channel = std::max(high.channel, tap.channel);
        high.dy = std::max(high.dy, tap.dy);
        high.dx = std::max(high.dx, tap.dx);
      }
    }
    rows_ = high.dy - low_.dy + 1;
    columns_ = high.dx - low_.dx + 1;
    const auto cells = static_cast<std::size_t>(high.channel + 1) * rows_ * columns_;
    used_.resize(cells);
    weights_.resize(cells * outputs);
  }

  void Fill(const TapList& taps, std::pair<int, int> group) {
    std::fill(used_.begin(), used_.end(), 0);
    std::fill(weights_.begin(), weights_.end(), 0.0f);
    for (int i = group.first; i < group.second; ++i) {
      for (const Tap& tap : taps.outputs[i].taps) {
        const std::size_t cell = CellOf(tap);
        used_[cell] = 1;
        weights_[cell * outputs_ + (i - group.first)] = tap.weight;
      }
    }
  }

  std::int64_t CountUsed() const { return std::count(used_.begin(), used_.end(), 1); }

  // Calls f(position, weights of the members there) for every position that a member has, in order.
  template <typename F>
  void ForUsed(F f) const {
    for (std::size_t cell = 0; cell < used_.size(); ++cell) {
      if (used_[cell] != 0) f(PositionOf(cell), weights_.data() + cell * outputs_);
    }
  }

 private:
  std::size_t CellOf(const Tap& tap) const {
    return (static_cast<std::size_t>(tap.channel) * rows_ + (tap.dy - low_.dy)) * columns_ +
           (tap.dx - low_.dx);
  }
  Tap PositionOf(std::size_t cell) const {
    const int row = static_cast<int>(cell / columns_);
    return {row / rows_, row % rows_ + low_.dy, static_cast<int>(cell % columns_) + low_.dx, 0};
  }

  int outputs_;
  Tap low_ = {0, 0, 0, 0};
  int rows_ = 1;
  int columns_ = 1;
  std::vector<std::uint8_t> used_;
  std::vector<float> weights_;
};

struct PackedTap {
  std::int32_t offset;
  int channel;
};

}  // namespace

ConvPack PackTaps(const TapList& taps, int outputs, int block, const LaneTensor& in) {
  ConvPack pack;
  pack.outputs = outputs;
  const std::vector<std::pair<int, int>> groups = Groups(taps, outputs);
  pack.groups = static_cast<int>(groups.size());
  pack.blocks = (in.channels + block - 1) / block;

  std::vector<std::vector<PackedTap>> positions(groups.size());
  std::vector<std::vector<float>> weights(groups.size());
  UnionGrid grid(taps, outputs);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    grid.Fill(taps, groups[g]);
    grid.ForUsed([&](const Tap& at, const float* w) {
      const std::int64_t offset =
          at.dy * in.row_stride + at.channel * in.channel_stride + at.dx * in.words();
      positions[g].push_back({static_cast<std::int32_t>(offset * sizeof(float)), at.channel});
      weights[g].insert(weights[g].end(), w, w + outputs);
      pack.lowest_row = std::max(pack.lowest_row, at.dy);
    });
    for (int i = 0; i < outputs; ++i) {
      const int member = groups[g].first + i;
      pack.members.push_back(member < groups[g].second ? member : -1);
    }
  }

  std::vector<std::size_t> done(groups.size(), 0);
  for (int b = 0; b < pack.blocks; ++b) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      pack.starts.push_back(static_cast<std::int32_t>(pack.offsets.size()));
      std::size_t t = done[g];
      for (; t < positions[g].size() && positions[g][t].channel < (b + 1) * block; ++t) {
        pack.offsets.push_back(positions[g][t].offset);
      }
      pack.weights.insert(pack.weights.end(), weights[g].begin() + done[g] * outputs,
                          weights[g].begin() + t * outputs);
      done[g] = t;
    }
  }
  pack.starts.push_back(static_cast<std::int32_t>(pack.offsets.size()));
  return pack;
}

std::int64_t CountPackedMacs(const TapList& taps, int outputs) {
  UnionGrid grid(taps, outputs);
  std::int64_t positions = 0;
  for (const std::pair<int, int>& group : Groups(taps, outputs)) {
    grid.Fill(taps, group);
    positions += grid.CountUsed();
  }
  return positions * outputs;
}

}  // namespace winnow
