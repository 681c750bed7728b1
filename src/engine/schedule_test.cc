#include "engine/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>

#include "engine/run_schedule.h"

namespace winnow {
namespace {

constexpr RowSpan kNeighbours = {1, -1, 1};

std::vector<std::string> Names(const std::vector<ScheduleItem>& items) {
  std::vector<std::string> names;
  for (const ScheduleItem& i : items) {
    names.push_back(std::string(1, static_cast<char>('a' + i.step)) + std::to_string(i.begin) +
                    "-" + std::to_string(i.end - 1));
  }
  return names;
}

// A 3x3 convolution, one of stride 2, one that doubles the rows, and the sum of it with the first.
std::vector<BandedStep> Hourglass(int rows, int band) {
  return {{.rows = rows, .band = band},
          {.rows = rows, .band = band, .inputs = {{0, kNeighbours}}},
          {.rows = rows / 2, .band = band, .inputs = {{1, {2, -1, 1}}}},
          {.rows = rows / 2, .band = band, .writes = {2, 0, 1}, .inputs = {{2, kNeighbours}}},
          {.rows = rows, .band = band, .inputs = {{3, kNeighbours}, {1, {}}}}};
}

TEST(Schedule, EachFollowsAsSoonAsItCan) {
  const std::vector<BandedStep> steps = {{.rows = 5, .band = 1},
                                         {.rows = 5, .band = 1, .inputs = {{0, kNeighbours}}},
                                         {.rows = 5, .band = 2, .inputs = {{1, {}}}}};
  const std::vector<std::string> expected = {"a0-0", "a1-1", "b0-0", "a2-2", "b1-1", "c0-1", "a3-3",
                                             "b2-2", "a4-4", "b3-3", "c2-3", "b4-4", "c4-4"};
  EXPECT_EQ(Names(MakeSchedule(steps, 0)), expected);
}

TEST(Schedule, SlackKeepsDependentBandsApart) {
  const std::vector<ScheduleItem> items = MakeSchedule(
      {{.rows = 40, .band = 1}, {.rows = 40, .band = 1, .inputs = {{0, kNeighbours}}}}, 4);
  std::map<int, int> position;
  for (int i = 0; i < static_cast<int>(items.size()); ++i) position[items[i].band] = i;
  int close = 0;
  for (const ScheduleItem& item : items) {
    for (const BandRange& range : item.after)
      close += position[item.band] - position[range.last] < 4;
  }
  EXPECT_LE(close, 4);  // at the end, where nothing else is left
}

// The items cover every row once, and each comes after all those whose rows it reads.
TEST(Schedule, CoversRowsInAValidOrder) {
  for (int rows : {2, 6, 22}) {
    for (int band : {1, 3, 4, 100}) {
      for (int slack : {0, 1, 3, 1000}) {
        const std::vector<BandedStep> steps = Hourglass(rows, band);
        std::vector<std::vector<bool>> made;  // rows of each step's result
        for (const BandedStep& step : steps) made.emplace_back(step.rows * step.writes.scale);
        for (const ScheduleItem& item : MakeSchedule(steps, slack)) {
          const BandedStep& step = steps[item.step];
          for (int y = item.begin; y < item.end; ++y) {
            for (const BandedStep::Input& in : step.inputs) {
              const std::vector<bool>& input = made[in.step];
              for (int r = in.rows.first; r <= in.rows.last; ++r) {
                const int row = y * in.rows.scale + r;
                if (row >= 0 && row < static_cast<int>(input.size())) ASSERT_TRUE(input[row]);
              }
            }
            for (int r = step.writes.first; r <= step.writes.last; ++r) {
              ASSERT_FALSE(made[item.step][y * step.writes.scale + r]);
              made[item.step][y * step.writes.scale + r] = true;
            }
          }
        }
        for (const std::vector<bool>& step : made) {
          EXPECT_EQ(std::count(step.begin(), step.end(), false), 0);
        }
      }
    }
  }
}

// What a step computes from too early an input would differ.
TEST(RunSchedule, ThreadsWaitForWhatTheyRead) {
  const std::vector<BandedStep> steps = Hourglass(200, 1);
  const auto run = [&](int threads, int slack) {
    std::vector<std::vector<std::int64_t>> results;
    for (const BandedStep& step : steps) results.emplace_back(step.rows * step.writes.scale);
    const std::vector<ScheduleItem> items = MakeSchedule(steps, slack);
    const RunBand band = [&](int s, int begin, int end) {
      const BandedStep& step = steps[s];
      for (int y = begin; y < end; ++y) {
        std::int64_t sum = y + 1;
        for (const BandedStep::Input& in : step.inputs) {
          const std::vector<std::int64_t>& input = results[in.step];
          for (int r = in.rows.first; r <= in.rows.last; ++r) {
            const int row = y * in.rows.scale + r;
            if (row >= 0 && row < static_cast<int>(input.size())) sum = sum * 3 + input[row] % 1000;
          }
        }
        for (int r = step.writes.first; r <= step.writes.last; ++r) {
          results[s][y * step.writes.scale + r] = sum + r;
        }
      }
    };
    // Threads of our own: a machine of few processors would not give as many.
    ScheduleRun shared(items, band);
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) workers.emplace_back([&] { shared.Work(); });
    for (std::thread& worker : workers) worker.join();
    return results;
  };
  const auto expected = run(1, 0);
  for (int repeat = 0; repeat < 20; ++repeat) {
    EXPECT_EQ(run(3, 0), expected);
    EXPECT_EQ(run(3, 3), expected);
  }
}

}  // namespace
}  // namespace winnow
