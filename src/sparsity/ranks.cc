#include "sparsity/ranks.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace winnow {
namespace {

constexpr int kMaxGroup = 256;

int RankAt(int position, int channels, int m, ShortGroups rule) {
  return rule == ShortGroups::kProportional ? position * m / channels : position;
}

// How many of values[0..count) stand before value i. Counting is quicker here than sorting: it has
// no branches.
int PositionOf(int i, const std::array<float, kMaxGroup>& values, int count) {
  int before = 0;
  for (int j = 0; j < i; ++j) before += values[j] >= values[i];
  for (int j = i + 1; j < count; ++j) before += values[j] > values[i];
  return before;
}

// The group sizes along `in` channels: m, m, ..., rest.
template <typename Visit>
void ForEachGroup(std::int64_t in, int m, Visit visit) {
  for (std::int64_t begin = 0; begin < in; begin += m) {
    visit(begin, static_cast<int>(std::min<std::int64_t>(m, in - begin)));
  }
}

}  // namespace

std::vector<std::uint8_t> Ranks(std::span<const float> weight, const Shape& shape, int m,
                                ShortGroups rule) {
  const std::int64_t in = shape[1], taps = shape[2] * shape[3];
  std::vector<std::uint8_t> ranks(weight.size());
  std::array<float, kMaxGroup> magnitudes;
  for (std::int64_t o = 0; o < shape[0]; ++o) {
    ForEachGroup(in, m, [&](std::int64_t begin, int channels) {
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        const std::int64_t first = (o * in + begin) * taps + tap;
        for (int i = 0; i < channels; ++i) magnitudes[i] = std::abs(weight[first + i * taps]);
        for (int i = 0; i < channels; ++i) {
          const int position = PositionOf(i, magnitudes, channels);
          ranks[first + i * taps] = static_cast<std::uint8_t>(RankAt(position, channels, m, rule));
        }
      }
    });
  }
  return ranks;
}

std::vector<std::int64_t> KeptCounts(const Shape& shape, int m, ShortGroups rule) {
  std::vector<std::int64_t> kept(m + 1, 0);
  const std::int64_t columns = shape[0] * shape[2] * shape[3];
  ForEachGroup(shape[1], m, [&](std::int64_t, int channels) {
    for (int i = 0; i < channels; ++i) kept[RankAt(i, channels, m, rule) + 1] += columns;
  });
  for (int n = 1; n <= m; ++n) kept[n] += kept[n - 1];
  return kept;
}

void ApplyMask(std::span<const std::uint8_t> ranks, int n, std::span<float> weight) {
  for (std::size_t i = 0; i < weight.size(); ++i) {
    if (ranks[i] >= n) weight[i] = 0;
  }
}

}  // namespace winnow
