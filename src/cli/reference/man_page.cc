#include "cli/reference/man_page.h"

#include <algorithm>

#include "base/text.h"

namespace winnow {
namespace {

// Text that roff shows as it is: a dash stays one, and no line begins with a command.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string Bold(const std::string& text) { return "\\fB" + Escaped(text) + "\\fR"; }
std::string Italic(const std::string& text) { return "\\fI" + Escaped(text) + "\\fR"; }

std::string Value(const OptionText& option) {
  if (option.choices.empty()) return Italic(option.value) + (option.repeats ? " ..." : "");
  return Join(option.choices, Bold, "|");
}

std::string Heading(const OptionText& option) {
  if (option.positional) return Italic(option.names.front()) + (option.repeats ? " ..." : "");
  const std::string names = Join(option.names, Bold);
  return option.value.empty() ? names : names + " " + Value(option);
}

std::string Options(const CommandText& command) {
  std::string text;
  for (const OptionText& option : command.options) {
    text += ".TP\n" + Heading(option) + "\n" + Escaped(option.description);
    text += option.required ? " (required)\n" : "\n";
  }
  return text;
}

std::string Synopsis(const CommandText& command) {
  std::string text = "winnow " + command.name;
  std::string line = Bold(text) + " [" + Italic("options") + "]";
  for (const OptionText& option : command.options) {
    if (option.required) {
      line += " " + Heading(option);
    } else if (option.positional) {
      line += " [" + Heading(option) + "]";
    }
  }
  return line;
}

std::string Section(const CommandText& command) {
  return ".SS " + Escaped(command.name) + "\n" + Escaped(command.summary) + ".\n.PP\n" +
         Synopsis(command) + "\n" + Options(command) + ".PP\n" + Escaped(command.footer) + "\n";
}

constexpr char kRest[] = R"(.SH ENVIRONMENT
.TP
\fBWINNOW_MODELS\fR
Folder that is searched for models by name before those that are installed.
.TP
\fBWINNOW_ISA\fR
Instructions that kernels are made of: avx512, avx2, sse4, neon or scalar, as far as the processor has
them; the best by default.
.TP
\fBWINNOW_KERNEL\fR
Kernels of convolutions: highway (compiled ones), generated (code made for the weights), or auto, the
default: whichever is estimated to be fastest.
.TP
\fBWINNOW_CALIBRATION\fR
on, the default, or off: plans are made with built-in costs, and none are measured on this machine.
.TP
\fBXDG_CACHE_HOME\fR
Where the folder winnow keeps costs measured on this machine; ~/.cache by default.
.SH FILES
.TP
.I share/winnow/models
The built-in models, in the folder above the one that the program lies in.
)";

}  // namespace

std::string ManPage(const std::vector<CommandText>& commands, const std::string& version) {
  const CommandText& program = commands.front();
  std::string page = ".TH WINNOW 1 \"\" \"winnow " + version +
                     "\" \"User Commands\"\n.SH NAME\nwinnow \\- enlarge and sharpen photographs "
                     "with neural networks\n.SH SYNOPSIS\n";
  for (auto command = commands.begin() + 1; command != commands.end(); ++command) {
    page += Synopsis(*command) + "\n.br\n";
  }
  page += ".SH DESCRIPTION\n" + Escaped(program.summary) + "\n.SH OPTIONS\n" + Options(program);
  page += ".SH COMMANDS\n";
  for (auto command = commands.begin() + 1; command != commands.end(); ++command) {
    page += Section(*command);
  }
  return page + ".SH EXIT STATUS\n" + Escaped(program.footer) + "\n" + kRest;
}

}  // namespace winnow
