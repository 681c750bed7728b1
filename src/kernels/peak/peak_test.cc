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

}  // namespace
}  // namespace winnow
