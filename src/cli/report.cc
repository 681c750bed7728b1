// winnow report: compressed models compared, as a page.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/report/make_report.h"
#include "app/report/page.h"
#include "app/report/report_json.h"
#include "app/report/tables.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/options.h"

namespace winnow {
namespace {

constexpr char kDefaultOutput[] = "report.html";

struct ReportArguments {
  std::vector<std::string> subjects;
  std::vector<std::string> sets;
  std::string blurred = ReportOptions().blurred;
  std::string lpips;
  std::string size;
  int threads = 0;
  int timed_runs = ReportOptions().timed_runs;
  std::string output;
  bool markdown = false;
  bool json = false;
  Console console;
};

// As it could be typed into a shell.
std::string Quote(const std::string& argument) {
  constexpr char kPlain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) return argument;
  std::string quoted = "'";
  for (const char c : argument) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string CommandText(const CommandLine& line) {
  std::string text = "winnow";
  for (int i = 1; i < line.argc; ++i) text += " " + Quote(line.argv[i]);
  return text;
}

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d", &utc);
  return text;
}

// The page is not written over a file of another kind by mistake.
void CheckOutput(const std::string& output) {
  if (output.empty()) return;
  const std::filesystem::path extension = std::filesystem::path(output).extension();
  if (extension != ".html" && extension != ".htm") {
    throw Error(ErrorKind::kInvalidArgument, output + ": the page is a .html file");
  }
  RequireWritable(output);
}

// Names of files need not be UTF-8, but JSON is.
std::string JsonText(const Report& report) {
  using Json = nlohmann::ordered_json;
  return ReportJson(report).dump(2, ' ', false, Json::error_handler_t::replace);
}

int RunReport(ReportArguments& arguments, const CommandLine& line) {
  const bool printed = arguments.markdown || arguments.json;
  if (arguments.output.empty() && !printed) arguments.output = kDefaultOutput;
  CheckOutput(arguments.output);
  const InputSize size = arguments.size.empty() ? InputSize() : ParseSize(arguments.size);
  ReportOptions options;
  options.subjects = arguments.subjects;
  options.sets = arguments.sets;
  options.blurred = arguments.blurred;
  options.lpips = arguments.lpips;
  options.width = size.width;
  options.height = size.height;
  options.threads = ThreadsOf(arguments.threads);
  options.timed_runs = arguments.timed_runs;
  options.costs = CostSource::kMeasured;
  options.version = WINNOW_VERSION;
  options.date = Today();
  options.command = CommandText(line);
  options.on_progress = [&](const std::string& text) { arguments.console.Progress(text); };
  options.stop = CatchInterrupts();
  const Report report = MakeReport(options);
  arguments.console.EndProgress();

  if (!arguments.output.empty()) {
    WriteFile(arguments.output, ReportPage(report));
    arguments.console.Message("wrote " + arguments.output);
  }
  if (arguments.markdown) std::printf("%s", ReportMarkdown(report).c_str());
  if (arguments.json) std::printf("%s\n", JsonText(report).c_str());
  return 0;
}

}  // namespace

CommandBody DeclareReport(CLI::App& app, const CommandLine& line) {
  auto a = std::make_shared<ReportArguments>();
  app.add_option("run", a->subjects, "Run folders of winnow train, model files or models by name")
      ->required();
  app.add_option("-o,--output", a->output,
                 "The page; default report.html, none where --md or --json is given");
  app.add_option("--set", a->sets, "Folders to measure quality on, as winnow eval takes them")
      ->allow_extra_args(false);
  AddBlurred(app, a->blurred);
  app.add_option("--lpips", a->lpips,
                 "Measure LPIPS too, with these weights (safetensors, AlexNet v0.1)");
  app.add_option("--size", a->size, "Input; default 320x180, where the extent is kept 1280x720");
  AddThreads(app, a->threads);
  app.add_option("--runs", a->timed_runs, "Runs to take the median of; 0: no times")
      ->check(Between(0, 10000));
  CLI::Option* markdown = app.add_flag("--md", a->markdown, "Print the table in Markdown");
  app.add_flag("--json", a->json, "Print all figures as JSON")->excludes(markdown);
  a->console.AddOptions(app);
  return [a, line] { return RunReport(*a, line); };
}

}  // namespace winnow
