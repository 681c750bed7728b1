// The edge of the C API: exceptions become statuses there.
#pragma once

#include <functional>
#include <string>

#include "winnow/status.h"

namespace winnow {

// Runs `body` and returns what it came to; the message of an exception becomes the last error of
// this thread. Nothing passes.
winnow_status Guarded(const std::function<void()>& body) noexcept;

// Errors: kInvalidArgument, naming the argument, for null.
void RequireGiven(const void* pointer, const char* argument);

}  // namespace winnow
