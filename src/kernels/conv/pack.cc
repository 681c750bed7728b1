#include "kernels/conv/pack.h"

#include <algorithm>
#include <tuple>

namespace winnow {
namespace {

using Position = std::tuple<int, int, int>;  // channel, dy, dx

Position PositionOf(const Tap& tap) { return {tap.channel, tap.dy, tap.dx}; }

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

// Calls f(position, weights of the members there) for every position of the group's union, in
// order.
template <typename F>
void ForUnion(const TapList& taps, std::pair<int, int> group, int outputs, F f) {
  std::vector<const Tap*> next;
  std::vector<const Tap*> end;
  for (int i = group.first; i < group.second; ++i) {
    const std::vector<Tap>& list = taps.outputs[i].taps;
    next.push_back(list.data());
    end.push_back(list.data() + list.size());
  }
  std::vector<float> weights(outputs);
  for (;;) {
    const Tap* first = nullptr;
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (next[i] == end[i]) continue;
      if (first == nullptr || PositionOf(*next[i]) < PositionOf(*first)) first = next[i];
    }
    if (first == nullptr) return;
    const Tap position = *first;
    std::fill(weights.begin(), weights.end(), 0.0f);
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (next[i] != end[i] && PositionOf(*next[i]) == PositionOf(position)) {
        weights[i] = (next[i]++)->weight;
      }
    }
    f(position, weights);
  }
}

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
  for (std::size_t g = 0; g < groups.size(); ++g) {
    ForUnion(taps, groups[g], outputs, [&](const Tap& at, const std::vector<float>& w) {
      const std::int64_t offset =
          at.dy * in.row_stride + at.channel * in.channel_stride + at.dx * in.words();
      positions[g].push_back({static_cast<std::int32_t>(offset * sizeof(float)), at.channel});
      weights[g].insert(weights[g].end(), w.begin(), w.end());
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
  std::int64_t macs = 0;
  for (const std::pair<int, int>& group : Groups(taps, outputs)) {
    ForUnion(taps, group, outputs, [&](const Tap&, const std::vector<float>&) { macs += outputs; });
  }
  return macs;
}

}  // namespace winnow
