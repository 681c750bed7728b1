// Arithmetic on sizes read from files: overflow is an error, never a wrapped allocation.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace winnow {

// a * b, or Error(kCorrupt) naming `what` when it does not fit.
template <std::integral T>
T CheckedMul(T a, T b, const std::string& what) {
  T result;
  if (__builtin_mul_overflow(a, b, &result)) {
    throw Error(ErrorKind::kCorrupt, what + ": size overflows");
  }
  return result;
}

// a + b, or Error(kCorrupt) naming `what` when it does not fit.
template <std::integral T>
T CheckedAdd(T a, T b, const std::string& what) {
  T result;
  if (__builtin_add_overflow(a, b, &result)) {
    throw Error(ErrorKind::kCorrupt, what + ": size overflows");
  }
  return result;
}

}  // namespace winnow
