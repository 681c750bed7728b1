#include "cli/console.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/table.h"

namespace winnow {
namespace {

using std::chrono::milliseconds;

const bool kTerminal = ::isatty(STDERR_FILENO) != 0;
constexpr milliseconds kTerminalInterval{100};
constexpr milliseconds kLogInterval{2000};

}  // namespace

void Console::AddOptions(CLI::App& app) {
  app.add_flag("--quiet", quiet_, "Say nothing but errors");
  app.add_flag("--verbose", verbose_, "Report progress even where stderr is no terminal");
}

void Console::Print(const std::string& text) {
  EndProgress();
  std::fprintf(stderr, "winnow: %s\n", text.c_str());
}

void Console::Message(const std::string& text) {
  if (!quiet_ && said_.insert(text).second) Print(text);
}

void Console::Warning(const std::string& text) { Print(text); }

void Console::Progress(const std::string& text) {
  if (quiet_ || (!kTerminal && !verbose_)) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < (kTerminal ? kTerminalInterval : kLogInterval)) return;
  last_progress_ = now;
  std::fprintf(stderr, kTerminal ? "\r\033[K%s" : "%s\n", text.c_str());
  std::fflush(stderr);
  line_open_ = kTerminal;
}

void Console::EndProgress() {
  if (line_open_) std::fputs("\r\033[K", stderr);
  line_open_ = false;
}

std::string Duration(double seconds) {
  if (seconds < 100) return Fixed(seconds, 0) + " s";
  if (seconds < 6000) return Fixed(seconds / 60, 0) + " min";
  return Fixed(seconds / 3600, 1) + " h";
}

}  // namespace winnow
