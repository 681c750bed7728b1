// Blaming the file instead of the caller.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace winnow {

// Calls `function`. What lower floors call an invalid argument is, for values read from a file,
// corruption of that file: the error is rethrown as kCorrupt with `where` before its message.
template <typename Function>
auto AsCorrupt(const std::string& where, Function function) {
  try {
    return function();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalidArgument) throw;
    throw Error(ErrorKind::kCorrupt, where + ": " + error.what());
  }
}

}  // namespace winnow
