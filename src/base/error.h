// The one exception of the project and its kinds.
#pragma once

#include <stdexcept>
#include <string>

namespace winnow {

// What went wrong, in the few classes a caller can act on. `src/cli` maps them to exit codes.
enum class ErrorKind {
  kInvalidArgument,  // the caller asked for something that makes no sense
  kNotFound,         // a file, model, layer or name that does not exist
  kCorrupt,          // data that breaks its own format
  kUnsupported,      // valid, but this build, machine or version cannot do it
  kIo,               // the operating system refused
  kOutOfBudget,      // more memory, pixels or time than allowed
  kInterrupted,      // the user asked to stop
};

// Thrown by every floor. The message names the file or place, what is wrong there, and the remedy.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace winnow
