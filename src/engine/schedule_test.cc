#include "engine/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

#include "engine/cuts.h"
#include "engine/run_schedule.h"

namespace winnow {
namespace {

constexpr RowSpan kNeighbours = {1, -1, 1};

std::vector<std::string> Names(const Chunk& chunk) {
  std::vector<std::string> names;
  for (const ScheduleItem& i : chunk) {
    names.push_back(std::string(1, static_cast<char>('a' + i.step)) + std::to_string(i.begin) +
                    "-" + std::to_string(i.end - 1));
    for (const ChunkPart& part : i.after) {
      names.back() += " after " + std::to_string(part.items) + " of " + std::to_string(part.chunk);
    }
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

TEST(Cuts, SinkByTheRowsReadFromAbove) {
  const std::vector<BandedStep> steps = {{.rows = 40},
                                         {.rows = 40, .inputs = {{0, kNeighbours}}},
                                         {.rows = 20, .inputs = {{1, {2, -1, 1}}}},
                                         {.rows = 40, .inputs = {{0, {}}}}};
  const std::vector<Cut> cuts = CutSteps(steps, 2);
  ASSERT_EQ(cuts.size(), 1u);
  const int top = cuts[0][0];
  EXPECT_EQ(cuts[0][1], top + 1);
  EXPECT_EQ(cuts[0][2], (top + 3) / 2);
  EXPECT_EQ(cuts[0][3], top);
}

TEST(Cuts, LeaveEqualWork) {
  std::vector<BandedStep> steps = {{.rows = 100, .work = 3}};
  for (int i = 0; i < 8; ++i) {
    steps.push_back({.rows = 100, .work = 3, .inputs = {{i, kNeighbours}}});
  }
  const std::vector<Cut> cuts = CutSteps(steps, 4);
  ASSERT_EQ(cuts.size(), 3u);
  for (int part = 1; part <= 3; ++part) {
    int above = 0;
    for (int band : cuts[part - 1]) above += band;
    EXPECT_NEAR(above, 9 * 25 * part, 9) << part;
  }
}

// What every row wants is made by the chunk that all others may wait for.
TEST(Cuts, SingleRowsBelongToTheLastChunk) {
  const std::vector<BandedStep> steps = {{.rows = 1}, {.rows = 10, .inputs = {{0, {0, 0, 0}}}}};
  EXPECT_EQ(CutSteps(steps, 2), (std::vector<Cut>{{0, 5}}));
}

TEST(Schedule, EachFollowsAsSoonAsItCan) {
  const std::vector<BandedStep> steps = {{.rows = 5, .band = 1},
                                         {.rows = 5, .band = 1, .inputs = {{0, kNeighbours}}},
                                         {.rows = 5, .band = 2, .inputs = {{1, {}}}}};
  const std::vector<std::string> expected = {"a0-0", "a1-1", "b0-0", "a2-2", "b1-1", "c0-1", "a3-3",
                                             "b2-2", "a4-4", "b3-3", "c2-3", "b4-4", "c4-4"};
  const std::vector<Chunk> chunks = MakeSchedule(steps, 1);
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(Names(chunks[0]), expected);
}

TEST(Schedule, UpperChunksWaitForTheirLastRowsOnly) {
  const std::vector<BandedStep> steps = {{.rows = 6}, {.rows = 6, .inputs = {{0, kNeighbours}}}};
  const std::vector<Chunk> chunks = MakeSchedule(steps, 2);
  ASSERT_EQ(chunks.size(), 2u);
  const std::vector<std::string> upper = {"a0-0", "a1-1", "b0-0", "b1-1 after 1 of 1",
                                          "b2-2 after 2 of 1"};
  const std::vector<std::string> lower = {"a2-2", "a3-3", "a4-4", "b3-3", "a5-5", "b4-4", "b5-5"};
  EXPECT_EQ(Names(chunks[0]), upper);
  EXPECT_EQ(Names(chunks[1]), lower);
}

// Marks the rows that an item writes, after checking that those it reads are there.
class Rows {
 public:
  explicit Rows(const std::vector<BandedStep>& steps) : steps_(steps) {
    for (const BandedStep& step : steps) made_.emplace_back(step.rows * step.writes.scale);
  }
  void Make(const ScheduleItem& item) {
    const BandedStep& step = steps_[item.step];
    for (int y = item.begin; y < item.end; ++y) {
      for (const BandedStep::Input& in : step.inputs) {
        const std::vector<bool>& input = made_[in.step];
        for (int r = in.rows.first; r <= in.rows.last; ++r) {
          const int row = y * in.rows.scale + r;
          if (row >= 0 && row < static_cast<int>(input.size())) {
            ASSERT_TRUE(input[row]);
          }
        }
      }
      for (int r = step.writes.first; r <= step.writes.last; ++r) {
        ASSERT_FALSE(made_[item.step][y * step.writes.scale + r]);
        made_[item.step][y * step.writes.scale + r] = true;
      }
    }
  }
  bool AllMade() const {
    return std::ranges::all_of(made_, [](const std::vector<bool>& step) {
      return std::ranges::find(step, false) == step.end();
    });
  }

 private:
  const std::vector<BandedStep>& steps_;
  std::vector<std::vector<bool>> made_;  // rows of each step's result
};

// Chunks from the last to the first cover every row once, each after all that it reads; and what an
// item waits for suffices when all later chunks have come no further.
TEST(Schedule, CoversRowsInAValidOrder) {
  for (int rows : {2, 6, 22}) {
    for (int band : {1, 3, 4, 100}) {
      for (int count : {1, 2, 3, 7, 50}) {
        const std::vector<BandedStep> steps = Hourglass(rows, band);
        const std::vector<Chunk> chunks = MakeSchedule(steps, count);
        Rows all(steps);
        for (auto chunk = chunks.rbegin(); chunk != chunks.rend(); ++chunk) {
          for (const ScheduleItem& item : *chunk) all.Make(item);
        }
        EXPECT_TRUE(all.AllMade());
        for (std::size_t c = 0; c < chunks.size(); ++c) {
          Rows least(steps);
          std::vector<int> done(chunks.size());
          // Does part of a chunk and, before each item, what that waits for.
          const auto run = [&](const auto& self, const ChunkPart& part) -> void {
            while (done[part.chunk] < part.items) {
              const ScheduleItem& item = chunks[part.chunk][done[part.chunk]];
              for (const ChunkPart& other : item.after) {
                ASSERT_GT(other.chunk, part.chunk);
                self(self, other);
              }
              least.Make(item);
              ++done[part.chunk];
            }
          };
          run(run, {static_cast<int>(c), static_cast<int>(chunks[c].size())});
        }
      }
    }
  }
}

// What a step computes from too early an input would differ.
TEST(RunStages, ThreadsWaitForWhatTheyRead) {
  const std::vector<BandedStep> steps = Hourglass(200, 1);
  const auto run = [&](int threads, int count) {
    std::vector<std::vector<std::int64_t>> results;
    for (const BandedStep& step : steps) results.emplace_back(step.rows * step.writes.scale);
    // Twice the steps: the second stage reads the last result of the first.
    const std::vector<Stage> stages = {{0, 5, MakeSchedule(steps, count)},
                                       {5, 10, MakeSchedule(steps, count)}};
    const RunBand band = [&](int s, int begin, int end) {
      const BandedStep& step = steps[s % 5];
      for (int y = begin; y < end; ++y) {
        std::int64_t sum = y + 1;
        if (s == 5) sum += results[4][y];
        for (const BandedStep::Input& in : step.inputs) {
          const std::vector<std::int64_t>& input = results[in.step];
          for (int r = in.rows.first; r <= in.rows.last; ++r) {
            const int row = y * in.rows.scale + r;
            if (row >= 0 && row < static_cast<int>(input.size())) sum = sum * 3 + input[row] % 1000;
          }
        }
        for (int r = step.writes.first; r <= step.writes.last; ++r) {
          results[s % 5][y * step.writes.scale + r] = sum + r;
        }
      }
    };
    // Threads of our own: the pool's may come too late to take part.
    StageRun shared(stages, band);
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] { shared.Work(t, threads); });
    }
    for (std::thread& worker : workers) worker.join();
    return results;
  };
  const auto expected = run(1, 1);
  for (int repeat = 0; repeat < 20; ++repeat) {
    for (int threads : {1, 2, 3, 16}) {
      for (int count : {1, 2, 3, 32}) {
        EXPECT_EQ(run(threads, count), expected);
      }
    }
  }
}

// Threads that wait for the one that threw must not wait for ever.
TEST(RunStages, RethrowsWhatAStepThrows) {
  const std::vector<BandedStep> steps = Hourglass(40, 1);
  const std::vector<Stage> stages = {{0, 5, MakeSchedule(steps, 4)}};
  for (int failing = 0; failing < 5; ++failing) {
    EXPECT_THROW(RunStages(stages, 3,
                           [&](int s, int begin, int) {
                             if (s == failing && begin >= 10) throw std::runtime_error("no");
                           }),
                 std::runtime_error);
  }
}

}  // namespace
}  // namespace winnow
