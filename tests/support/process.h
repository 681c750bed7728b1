// Running a program as a user would.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace winnow {

struct ProcessResult {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out;
  std::string err;
};

class Process {
 public:
  // Starts args[0] with the other arguments; standard input is `input`.
  explicit Process(const std::vector<std::string>& args, const std::string& input = "");
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Until now.
  std::string err() const { return Slurp(files_ / "err"); }
  bool Running();
  void Signal(int signal);
  ProcessResult Wait();

 private:
  TemporaryFolder files_;
  pid_t pid_ = -1;
  int status_ = 0;
};

inline ProcessResult RunProcess(const std::vector<std::string>& args,
                                const std::string& input = "") {
  return Process(args, input).Wait();
}

}  // namespace winnow
