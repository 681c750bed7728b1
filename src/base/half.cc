#include "base/half.h"

#include <bit>

namespace winnow {
namespace {

constexpr std::uint32_t kFloatInfinity = 0x7f800000;
constexpr std::uint32_t kRebias = (127u - 15u) << 23;  // between the two exponent biases
constexpr std::uint32_t kHalfOverflow = 0x477ff000;    // 65520, halfway to the next power of two
constexpr std::uint32_t kSmallestNormalHalf = 0x38800000;  // 2^-14

}  // namespace

float HalfToFloat(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1f;
  const std::uint32_t fraction = half & 0x3ff;
  if (exponent == 0) {  // zero or subnormal, in steps of 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  const std::uint32_t wide_exponent = exponent == 31 ? kFloatInfinity : (exponent << 23) + kRebias;
  return std::bit_cast<float>(sign | wide_exponent | fraction << 13);
}

std::uint16_t FloatToHalf(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint16_t sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > kFloatInfinity) {
    const std::uint32_t payload = (magnitude >> 13) & 0x3ff;
    return sign | 0x7c00 | (payload != 0 ? payload : 0x200);
  }
  if (magnitude >= kHalfOverflow) return sign | 0x7c00;
  if (magnitude < kSmallestNormalHalf) {
    // The last bit of a float in [0.5, 1) is worth 2^-24, the step of subnormal halves: the
    // addition rounds.
    const float sum = std::bit_cast<float>(magnitude) + 0.5f;
    return sign | (std::bit_cast<std::uint32_t>(sum) - std::bit_cast<std::uint32_t>(0.5f));
  }
  const std::uint32_t round_to_even = 0xfff + ((magnitude >> 13) & 1);
  return sign |
         (magnitude - kRebias + round_to_even) >> 13;  // a carry enters the exponent, as it should
}

float Bf16ToFloat(std::uint16_t bf16) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bf16) << 16);
}

}  // namespace winnow
