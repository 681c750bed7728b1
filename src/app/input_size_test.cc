#include "app/input_size.h"

#include <gtest/gtest.h>

#include <functional>

#include "app/benchmark.h"
#include "app/latency.h"
#include "app/summary.h"
#include "base/error.h"
#include "networks/registry.h"

namespace winnow {
namespace {

constexpr int kHuge = 1 << 17;

void ExpectRefusal(const std::function<void()>& action, ErrorKind kind,
                   const std::vector<std::string>& texts) {
  try {
    action();
    FAIL() << texts.front();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    for (const std::string& text : texts) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  }
}

TEST(InputSize, MebibytesAreRoundedUp) {
  EXPECT_EQ(Mebibytes(0), "0 MiB");
  EXPECT_EQ(Mebibytes(1), "1 MiB");
  EXPECT_EQ(Mebibytes(1 << 20), "1 MiB");
  EXPECT_EQ(Mebibytes((1 << 20) + 1), "2 MiB");
  EXPECT_GT(PhysicalMemory(), 1 << 20);
}

TEST(InputSize, SaysWhatANetworkCanTake) {
  const Model dmphn = BuildNetwork("dmphn", {});
  ASSERT_EQ(dmphn.info.size_multiple, 16);
  EXPECT_NO_THROW(RequireInputSize(dmphn, 80, 64));
  const std::vector<std::string> texts = {"multiples of 16", "65x63 is not", "use 80x64"};
  ExpectRefusal([&] { RequireInputSize(dmphn, 65, 63); }, ErrorKind::kInvalidArgument, texts);
  ExpectRefusal([&] { Summarize(dmphn, 63, 65); }, ErrorKind::kInvalidArgument, texts);
}

TEST(InputSize, MemoryIsForetold) {
  const Model model = WithRandomWeights(BuildNetwork("srvgg", {2, {{"width", 4}, {"blocks", 1}}}));
  const Session session(model);
  EXPECT_NO_THROW(RequireMemory(model, session, 64, 64));
  const std::vector<std::string> texts = {"srvgg: an input of 131072x131072",
                                          Mebibytes(session.BytesFor(kHuge, kHuge)),
                                          Mebibytes(PhysicalMemory()), "smaller size"};
  ExpectRefusal([&] { RequireMemory(model, session, kHuge, kHuge); }, ErrorKind::kOutOfBudget,
                texts);
  BenchmarkOptions benchmark;
  benchmark.width = benchmark.height = kHuge;
  ExpectRefusal([&] { Benchmark(model, benchmark); }, ErrorKind::kOutOfBudget, texts);
  LatencyOptions latency;
  latency.width = latency.height = kHuge;
  ExpectRefusal([&] { MeasureLatencies(model, latency); }, ErrorKind::kOutOfBudget, texts);
}

}  // namespace
}  // namespace winnow
