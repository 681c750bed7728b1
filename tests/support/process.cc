#include "support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace winnow {

Process::Process(const std::vector<std::string>& args, const std::string& input) {
  Spill(files_ / "in", input);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const auto open = [&](int fd, const char* name, int flags) {
    posix_spawn_file_actions_addopen(&files, fd, (files_ / name).c_str(), flags, 0600);
  };
  open(STDIN_FILENO, "in", O_RDONLY);
  open(STDOUT_FILENO, "out", O_WRONLY | O_CREAT);
  open(STDERR_FILENO, "err", O_WRONLY | O_CREAT);
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const int error = posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + args[0]);
}

Process::~Process() {
  Signal(SIGKILL);
  Wait();
}

bool Process::Running() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

void Process::Signal(int signal) {
  if (Running()) ::kill(pid_, signal);
}

ProcessResult Process::Wait() {
  if (pid_ > 0) ::waitpid(pid_, &status_, 0);
  pid_ = -1;
  const int code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  return {code, Slurp(files_ / "out"), err()};
}

}  // namespace winnow
