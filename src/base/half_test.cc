#include "base/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace winnow {
namespace {

TEST(Half, EveryHalfSurvivesTheRoundTrip) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    ASSERT_EQ(FloatToHalf(HalfToFloat(half)), half) << std::hex << bits;
  }
}

TEST(Half, ValuesFollowTheDefinition) {
  for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const int exponent = bits >> 10;
    const int fraction = bits & 0x3ff;
    const double expected =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    ASSERT_EQ(HalfToFloat(bits), expected) << std::hex << bits;
    ASSERT_EQ(HalfToFloat(bits | 0x8000), -expected) << std::hex << bits;
  }
  EXPECT_EQ(HalfToFloat(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7c01)));
  EXPECT_TRUE(std::signbit(HalfToFloat(0x8000)));
}

// Between neighbours the nearer one wins, and halfway the even one; subnormals are among them.
TEST(Half, RoundsToNearestEven) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const float low = HalfToFloat(bits);
    const float high = HalfToFloat(bits + 1);
    const float middle = (low + high) / 2;  // exact in float32
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, low)), bits) << std::hex << bits;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, high)), bits + 1) << std::hex << bits;
    ASSERT_EQ(FloatToHalf(middle), bits % 2 == 0 ? bits : bits + 1) << std::hex << bits;
    ASSERT_EQ(FloatToHalf(-middle), 0x8000 | (bits % 2 == 0 ? bits : bits + 1));
  }
}

TEST(Half, OverflowsAtHalfwayToTheNextPowerOfTwo) {
  EXPECT_EQ(FloatToHalf(std::nextafter(65520.0f, 0.0f)), 0x7bff);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(FloatToHalf(-std::numeric_limits<float>::max()), 0xfc00);
  EXPECT_EQ(FloatToHalf(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(Half, NanStaysNanEvenWhenItsPayloadIsLost) {
  EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(std::bit_cast<float>(0x7f800001u)))));
}

TEST(Bf16, IsTheUpperHalfOfAFloat) {
  EXPECT_EQ(Bf16ToFloat(0x3f80), 1.0f);
  EXPECT_EQ(Bf16ToFloat(0xc020), -2.5f);
  EXPECT_EQ(Bf16ToFloat(0x0001), std::bit_cast<float>(0x00010000u));
}

}  // namespace
}  // namespace winnow
