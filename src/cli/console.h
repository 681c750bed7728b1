// Everything on standard error: what the user should know while results go to standard output.
#pragma once

#include <chrono>
#include <set>
#include <string>

namespace CLI {
class App;
}

namespace winnow {

class Console {
 public:
  Console() = default;
  ~Console() { EndProgress(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Adds --quiet and --verbose.
  void AddOptions(CLI::App& app);

  // A line, unless quiet; the same text only once.
  void Message(const std::string& text);
  // A line, always.
  void Warning(const std::string& text);
  // One line that is rewritten on a terminal; with --verbose elsewhere a line every few seconds.
  void Progress(const std::string& text);
  // Removes the progress line.
  void EndProgress();

 private:
  void Print(const std::string& text);

  bool quiet_ = false;
  bool verbose_ = false;
  bool line_open_ = false;
  std::set<std::string> said_;
  std::chrono::steady_clock::time_point last_progress_;
};

// "40 s", "3 min", "2.5 h".
std::string Duration(double seconds);

}  // namespace winnow
