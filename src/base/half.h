// IEEE 754 half precision and bfloat16, converted in software: the same bits on every machine.
#pragma once

#include <cstdint>

namespace winnow {

// Exact, NaN payloads included.
float HalfToFloat(std::uint16_t half);

// Rounds to nearest, ties to even, subnormals included. 65520 and above become infinity.
std::uint16_t FloatToHalf(float value);

// Exact.
float Bf16ToFloat(std::uint16_t bf16);

}  // namespace winnow
