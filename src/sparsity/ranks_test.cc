#include "sparsity/ranks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "sparsity/pattern.h"

namespace winnow {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(RanksTest, LargestFirstAndTiesByChannel) {
  const std::vector<float> weight = {1, -3, 3, 0, -0.0f, 2};
  EXPECT_EQ(Ranks(weight, {1, 6, 1, 1}, 6), (Bytes{3, 0, 1, 4, 5, 2}));
  EXPECT_EQ(Ranks(weight, {1, 6, 1, 1}, 2), (Bytes{1, 0, 0, 1, 1, 0}));
  EXPECT_EQ(Ranks(weight, {1, 6, 1, 1}, 1), Bytes(6, 0));
}

TEST(RanksTest, EveryTapAndOutputHasItsOwnGroups) {
  // [out 2, in 2, 1, taps 2]: channel 0 of the first output is the larger one at tap 0 only.
  const std::vector<float> weight = {5, 1, 4, 2, 0, 9, 1, 8};
  EXPECT_EQ(Ranks(weight, {2, 2, 1, 2}, 2), (Bytes{0, 1, 1, 0, 1, 0, 0, 1}));
}

TEST(RanksTest, ShortGroups) {
  // Two channels for an m of 8: ranks 0 and 4, so that 4:8 keeps one of two.
  EXPECT_EQ(Ranks(std::vector<float>{1, 2}, {1, 2, 1, 1}, 8), (Bytes{4, 0}));
  EXPECT_EQ(Ranks(std::vector<float>{1, 2}, {1, 2, 1, 1}, 8, ShortGroups::kPublished),
            (Bytes{1, 0}));
  EXPECT_EQ(KeptCounts({1, 2, 1, 1}, 8), (std::vector<std::int64_t>{0, 1, 1, 1, 1, 2, 2, 2, 2}));
  EXPECT_EQ(KeptCounts({1, 2, 1, 1}, 8, ShortGroups::kPublished),
            (std::vector<std::int64_t>{0, 1, 2, 2, 2, 2, 2, 2, 2}));
}

TEST(RanksTest, NothingToRank) {
  EXPECT_TRUE(Ranks({}, {0, 4, 3, 3}, 4).empty());
  EXPECT_EQ(KeptCounts({0, 4, 3, 3}, 2), (std::vector<std::int64_t>{0, 0, 0}));
}

struct Column {  // the weights of one output channel and tap
  std::vector<float> values;
  std::vector<int> ranks;
};

Column ColumnOf(const std::vector<float>& weight, const Bytes& ranks, const Shape& shape,
                std::int64_t o, std::int64_t tap) {
  Column column;
  const std::int64_t taps = shape[2] * shape[3];
  for (std::int64_t i = 0; i < shape[1]; ++i) {
    column.values.push_back(weight[(o * shape[1] + i) * taps + tap]);
    column.ranks.push_back(ranks[(o * shape[1] + i) * taps + tap]);
  }
  return column;
}

// The n largest by a stable sort.
std::vector<bool> KeptBySorting(const std::vector<float>& values, int n) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return std::abs(values[a]) > std::abs(values[b]); });
  std::vector<bool> kept(values.size(), false);
  for (int i = 0; i < n; ++i) kept[order[i]] = true;
  return kept;
}

void ExpectGroupsAsSorted(const Column& column, int m, ShortGroups rule) {
  const int in = static_cast<int>(column.values.size());
  for (int begin = 0; begin < in; begin += m) {
    const int g = std::min(m, in - begin);
    const std::vector<float> group(column.values.begin() + begin,
                                   column.values.begin() + begin + g);
    for (int n = 1; n <= m; ++n) {
      const int kept = rule == ShortGroups::kProportional ? KeptInGroup({n, m}, g) : std::min(n, g);
      const std::vector<bool> expected = KeptBySorting(group, kept);
      for (int i = 0; i < g; ++i) {
        ASSERT_EQ(column.ranks[begin + i] < n, expected[i])
            << n << ":" << m << ", channel " << begin + i << " of " << in;
      }
    }
  }
}

TEST(RanksTest, KeepWhatSortingKeeps) {
  Random random(5);
  for (int trial = 0; trial < 300; ++trial) {
    const Shape shape = {static_cast<std::int64_t>(1 + random.Below(3)),
                         static_cast<std::int64_t>(1 + random.Below(70)),
                         static_cast<std::int64_t>(1 + random.Below(3)),
                         static_cast<std::int64_t>(1 + random.Below(3))};
    const int m = static_cast<int>(1 + random.Below(trial % 10 == 0 ? 256 : 40));
    const auto rule = random.Coin() ? ShortGroups::kProportional : ShortGroups::kPublished;
    std::vector<float> weight(ElementCount(shape));
    for (float& value : weight) value = static_cast<float>(random.Below(30)) - 15;  // many ties
    const Bytes ranks = Ranks(weight, shape, m, rule);
    for (std::int64_t o = 0; o < shape[0]; ++o) {
      for (std::int64_t tap = 0; tap < shape[2] * shape[3]; ++tap) {
        ExpectGroupsAsSorted(ColumnOf(weight, ranks, shape, o, tap), m, rule);
      }
    }
    const std::vector<std::int64_t> counts = KeptCounts(shape, m, rule);
    ASSERT_EQ(counts.size(), static_cast<std::size_t>(m) + 1);
    for (int n = 0; n <= m; ++n) {
      ASSERT_EQ(std::count_if(ranks.begin(), ranks.end(), [&](int r) { return r < n; }), counts[n]);
    }
  }
}

TEST(ApplyMaskTest, LeavesRanksBelowN) {
  std::vector<float> weight = {1, 2, 3};
  ApplyMask(Bytes{2, 1, 0}, 2, weight);
  EXPECT_EQ(weight, (std::vector<float>{0, 2, 3}));
}

}  // namespace
}  // namespace winnow
