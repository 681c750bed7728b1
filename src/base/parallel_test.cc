#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace winnow {
namespace {

TEST(ParallelFor, CallsEveryIndexOnce) {
  for (int count : {0, 1, 2, 7, 1000}) {
    for (int threads : {1, 2, 3, 16}) {
      std::vector<std::atomic<int>> calls(count);
      ParallelFor(count, threads, [&](int i) { ++calls[i]; });
      for (const std::atomic<int>& c : calls) ASSERT_EQ(c, 1) << count << ", " << threads;
    }
  }
}

TEST(ParallelFor, OneThreadGoesInOrderOnTheCaller) {
  std::vector<int> order;
  const std::thread::id caller = std::this_thread::get_id();
  ParallelFor(5, 1, [&](int i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

// Each body waits until three are under way, which takes three threads.
TEST(ParallelFor, UsesAsManyThreadsAsAsked) {
  std::atomic<int> here = 0;
  ParallelFor(3, 3, [&](int) {
    ++here;
    while (here < 3) std::this_thread::yield();
  });
  EXPECT_EQ(here, 3);
}

TEST(ParallelFor, UsesNoMoreThreadsThanAsked) {
  ParallelFor(8, 8, [](int) {});  // starts them
  std::mutex mutex;
  std::set<std::thread::id> threads;
  ParallelFor(2000, 2, [&](int) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_LE(threads.size(), 2u);
}

TEST(ParallelFor, RethrowsAndGoesOnWorking) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    EXPECT_THROW(ParallelFor(100, 3,
                             [](int i) {
                               if (i % 10 == 3) throw std::runtime_error("three");
                             }),
                 std::runtime_error);
    std::atomic<int> sum = 0;
    ParallelFor(10, 3, [&](int i) { sum += i; });
    EXPECT_EQ(sum, 45);
  }
}

TEST(ParallelFor, NestsAndServesSeveralCallers) {
  std::atomic<int> calls = 0;
  const auto outer = [&] {
    ParallelFor(20, 3, [&](int) { ParallelFor(20, 3, [&](int) { ++calls; }); });
  };
  std::vector<std::thread> callers;
  for (int t = 0; t < 3; ++t) callers.emplace_back(outer);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(calls, 3 * 20 * 20);
}

TEST(HardwareThreads, IsAtLeastOne) {
  EXPECT_GE(HardwareThreads(), 1);
  EXPECT_EQ(HardwareThreads(), HardwareThreads());
}

}  // namespace
}  // namespace winnow
