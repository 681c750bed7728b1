// Errors of Winnow's C++ API (winnow.hpp).
#pragma once

#include <stdexcept>
#include <string>

#include "winnow/status.h"

namespace winnow {
inline namespace v1 {

// The one exception: what() is the sentence of winnow_last_error, status() its kind.
class Error : public std::runtime_error {
 public:
  Error(winnow_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  winnow_status status() const noexcept { return status_; }

 private:
  winnow_status status_;
};

// Throws Error unless `status` is WINNOW_OK. Right after the call that returned it, on its thread.
inline void Check(winnow_status status) {
  if (status != WINNOW_OK) throw Error(status, winnow_last_error());
}

}  // namespace v1
}  // namespace winnow
