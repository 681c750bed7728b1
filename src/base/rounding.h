// Whole numbers to multiples.
#pragma once

#include <concepts>
#include <type_traits>

namespace winnow {

// The least multiple of `multiple` (at least 1) that is not below `value` (at least 0).
template <std::integral T>
constexpr T RoundUp(T value, std::type_identity_t<T> multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace winnow
