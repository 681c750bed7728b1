#include "kernels/peak/peak.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

// Loose on purpose: what a processor of this century can do in one core, but not what a merged loop
// would claim.
TEST(Peak, IsPlausibleOnEveryTarget) {
  for (Isa isa : AvailableIsas()) {
    const double peak = MeasureFmaPeak(isa);
    EXPECT_GT(peak, 0.001) << Name(isa);
    EXPECT_LT(peak, 10.0 * 2 * Lanes(isa)) << Name(isa);
  }
}

TEST(Peak, OfHalvesIsPlausible) {
  const double half = MeasureHalfFmaPeak();
  if (half == 0) GTEST_SKIP() << "no arithmetic in half precision here";
  EXPECT_GT(half, MeasureFmaPeak(Isa::kAvx512) / 4);
  EXPECT_LT(half, 10.0 * 2 * 32);
}

}  // namespace
}  // namespace winnow
