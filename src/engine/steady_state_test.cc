// Once a plan is made, running takes no new memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/aligned.h"
#include "engine/session.h"
#include "engine/testing/precision.h"
#include "graph/builder.h"

// Sanitizers put off the reuse of what is freed, results among it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WINNOW_SANITIZED 1
#else
#define WINNOW_SANITIZED 0
#endif

namespace winnow {
namespace {

// Its own results take 5 MiB, its output so little that the heap keeps it.
Model Network() {
  GraphBuilder g;
  NodeId x = g.Input(3);
  for (const char* name : {"a", "b", "c"}) {
    x = g.Functional(Relu{}, g.Conv(x, name, 64, {.kernel = 3}));
  }
  return ModelKeeping(8, g.Finish({g.Conv(x, "last", 3, {.kernel = 3})}));
}

// Pages that any thread touches for the first time meanwhile.
template <typename Work>
long PageFaults(const Work& work) {
  const auto count = [] {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
  };
  const long before = count();
  work();
  return count() - before;
}

// The system may move pages of its own accord, but not each time.
TEST(SteadyState, TakesNoNewPages) {
  if (WINNOW_SANITIZED) GTEST_SKIP() << "not with a sanitizer";
  constexpr int kBatches = 20;
  const Tensor input = Noise(80, 96);
  // More than the heap keeps: what it would be like to take memory anew.
  EXPECT_GT(PageFaults([] { AlignedVector<float>(16 << 20); }), 0);
  for (const int threads : {1, 2}) {
    Session session(Network(), Options(Precision::kExact, threads));
    const auto run = [&] {
      for (int i = 0; i < 10; ++i) session.Run(input);
    };
    run();  // makes the plan and all code
    long least = PageFaults(run);
    for (int i = 1; i < kBatches && least > 0; ++i) least = std::min(least, PageFaults(run));
    EXPECT_EQ(least, 0) << threads << " threads";
  }
}

}  // namespace
}  // namespace winnow
