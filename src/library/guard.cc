#include "library/guard.h"

#include <filesystem>
#include <new>

#include "base/error.h"

namespace winnow {
namespace {

std::string& LastError() {
  thread_local std::string text;
  return text;
}

// Memory may be out: then the text is what fits without any.
winnow_status Fail(winnow_status status, const char* message) noexcept {
  try {
    LastError() = message;
  } catch (...) {
    LastError().clear();
  }
  return status;
}

winnow_status StatusOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return WINNOW_INVALID_ARGUMENT;
    case ErrorKind::kNotFound:
      return WINNOW_NOT_FOUND;
    case ErrorKind::kCorrupt:
      return WINNOW_CORRUPT;
    case ErrorKind::kUnsupported:
      return WINNOW_UNSUPPORTED;
    case ErrorKind::kIo:
      return WINNOW_IO;
    case ErrorKind::kOutOfBudget:
      return WINNOW_OUT_OF_BUDGET;
    case ErrorKind::kInterrupted:
      return WINNOW_CANCELLED;
  }
  return WINNOW_INTERNAL;
}

}  // namespace

winnow_status Guarded(const std::function<void()>& body) noexcept {
  try {
    body();
    return WINNOW_OK;
  } catch (const Error& error) {
    return Fail(StatusOf(error.kind()), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return Fail(WINNOW_IO, error.what());
  } catch (const std::bad_alloc&) {
    return Fail(WINNOW_OUT_OF_BUDGET, "out of memory");
  } catch (const std::exception& error) {
    return Fail(WINNOW_INTERNAL, error.what());
  } catch (...) {
    return Fail(WINNOW_INTERNAL, "unknown exception");
  }
}

void RequireGiven(const void* pointer, const char* argument) {
  if (pointer != nullptr) return;
  throw Error(ErrorKind::kInvalidArgument, std::string(argument) + " is null");
}

}  // namespace winnow

const char* winnow_last_error(void) { return winnow::LastError().c_str(); }

const char* winnow_status_name(winnow_status status) {
  switch (status) {
    case WINNOW_OK:
      return "ok";
    case WINNOW_INVALID_ARGUMENT:
      return "invalid argument";
    case WINNOW_NOT_FOUND:
      return "not found";
    case WINNOW_CORRUPT:
      return "corrupt";
    case WINNOW_UNSUPPORTED:
      return "unsupported";
    case WINNOW_IO:
      return "input or output failed";
    case WINNOW_OUT_OF_BUDGET:
      return "out of budget";
    case WINNOW_CANCELLED:
      return "cancelled";
    case WINNOW_INTERNAL:
      return "internal fault";
  }
  return "unknown status";
}
