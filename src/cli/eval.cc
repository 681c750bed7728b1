// winnow eval: quality on sets with known answers.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/evaluate.h"
#include "app/models.h"
#include "app/restorer.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/executors.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"
#include "image/bicubic.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kBaseline[] = "bicubic";

struct EvalArguments {
  std::string model;
  std::vector<std::string> sets;
  std::string blurred = "blur";
  std::string lpips;     // file of weights; empty: not measured
  std::string protocol;  // empty: the usual one
  int scale = 0;
  std::string executor = "engine";
  int threads = 0;
  std::string precision = "exact";
  bool ensemble = false;
  bool json = false;
  Console console;
};

// What is measured: a model, or the baseline without one.
struct Subject {
  std::string name;
  int scale = 0;
  std::function<Image(const Image&)> restore;
};

Subject Baseline(int scale) {
  if (scale < 2) {
    throw Error(ErrorKind::kInvalidArgument, "the bicubic baseline needs a scale, such as -s 4");
  }
  return {kBaseline, scale, [scale](const Image& image) { return ResizeBicubic(image, scale, 1); }};
}

Subject MakeSubject(const EvalArguments& arguments, Precision precision, const CommandLine& line) {
  if (arguments.model == kBaseline) return Baseline(arguments.scale);
  const auto model = std::make_shared<const Model>(LoadModel(arguments.model));
  const int scale = CheckScale(model->info, arguments.scale);
  const Runner run =
      MakeRunner(arguments.executor, *model, ThreadsOf(arguments.threads), line, precision);
  RestoreOptions options;
  options.scale = scale;
  options.ensemble = arguments.ensemble;
  options.stop = CatchInterrupts();
  return {model->info.name, scale, [model, run, options](const Image& image) {
            return Restore(*model, run, image, options);
          }};
}

std::vector<std::string> Cells(const EvalRow& row) {
  std::vector<std::string> cells = {row.name, Fixed(row.quality.psnr, 3),
                                    Fixed(row.quality.ssim, 4)};
  if (row.lpips) cells.push_back(Fixed(*row.lpips, 4));
  cells.push_back(Fixed(row.ms, 1));
  return cells;
}

void PrintTable(const std::string& title, const EvalReport& report) {
  std::vector<std::vector<std::string>> rows = {{"image", "PSNR", "SSIM", "ms"}};
  if (report.mean.lpips) rows[0].insert(rows[0].end() - 1, "LPIPS");
  for (const EvalRow& row : report.rows) rows.push_back(Cells(row));
  rows.push_back(Cells(report.mean));
  std::printf("%s\n%s\n", title.c_str(), FormatTable(rows).c_str());
}

Json ToJson(const EvalRow& row) {
  Json json = {{"name", row.name}, {"psnr", row.quality.psnr}, {"ssim", row.quality.ssim}};
  if (row.lpips) json["lpips"] = *row.lpips;
  json["ms"] = row.ms;
  return json;
}

Json ToJson(const std::string& set, const EvalReport& report) {
  Json images = Json::array();
  for (const EvalRow& row : report.rows) images.push_back(ToJson(row));
  return {{"set", set}, {"mean", ToJson(report.mean)}, {"images", images}};
}

int RunEval(EvalArguments& arguments, const CommandLine& line) {
  const Precision precision = ParsePrecision(arguments.precision);
  const Subject subject = MakeSubject(arguments, precision, line);
  std::optional<Subject> exact;  // what other precisions are compared with
  if (precision != Precision::kExact) exact = MakeSubject(arguments, Precision::kExact, line);
  const std::string executor = arguments.model == kBaseline ? "none" : arguments.executor;
  const Protocol protocol =
      arguments.protocol.empty() ? UsualProtocol(subject.scale) : ParseProtocol(arguments.protocol);
  std::vector<EvalSet> sets;
  for (const std::string& folder : arguments.sets) {
    sets.push_back(FindEvalSet(folder, subject.scale, arguments.blurred));
  }
  EvalOptions options;
  options.stop = CatchInterrupts();
  std::optional<Lpips> lpips;
  if (!arguments.lpips.empty()) {
    options.lpips = &lpips.emplace(arguments.lpips, ThreadsOf(arguments.threads));
  }
  options.on_row = [&](const EvalRow& row) { arguments.console.Progress(row.name); };
  Json reports = Json::array();
  for (const EvalSet& set : sets) {
    const EvalReport report = Evaluate(set, subject.scale, protocol, subject.restore, options);
    arguments.console.EndProgress();
    reports.push_back(ToJson(set.name, report));
    std::optional<double> psnr_cost;
    if (exact) {
      EvalOptions psnr_only = options;
      psnr_only.lpips = nullptr;
      const double psnr =
          Evaluate(set, subject.scale, protocol, exact->restore, psnr_only).mean.quality.psnr;
      arguments.console.EndProgress();
      psnr_cost = psnr - report.mean.quality.psnr;
      reports.back()["psnr_cost"] = *psnr_cost;
    }
    const std::string title = set.name + "  " + subject.name + " x" +
                              std::to_string(subject.scale) + ", executor " + executor + ", " +
                              (arguments.ensemble ? "ensemble, " : "") + ToString(protocol);
    if (arguments.json) continue;
    PrintTable(title, report);
    if (psnr_cost) {
      std::printf("PSNR cost of %s against exact: %.6f dB\n", arguments.precision.c_str(),
                  *psnr_cost);
    }
  }
  if (arguments.json) {
    const Json json = {{"model", subject.name},
                       {"scale", subject.scale},
                       {"protocol", ToString(protocol)},
                       {"executor", executor},
                       {"precision", arguments.precision},
                       {"ensemble", arguments.ensemble},
                       {"threads", ThreadsOf(arguments.threads)},
                       {"sets", reports}};
    std::printf("%s\n", json.dump(2).c_str());
  }
  return 0;
}

}  // namespace

CommandBody DeclareEval(CLI::App& app, const CommandLine& line) {
  auto a = std::make_shared<EvalArguments>();
  app.add_option("-m,--model", a->model, "Model by name or file, or bicubic as the baseline")
      ->required();
  app.add_option(
         "--set", a->sets,
         "Folders: HR/ with LR_bicubic/X4/, blur/ with sharp/ (or sequences of these, as in "
         "GOPRO), or sharp pictures alone")
      ->required();
  AddBlurred(app, a->blurred);
  app.add_option(
      "--protocol", a->protocol,
      "rgb, or y-shaveN: luminance, N pixels off each side; default: y-shave{scale}, rgb "
      "for deblurring");
  app.add_option("--lpips", a->lpips,
                 "Measure LPIPS too, with these weights (safetensors, AlexNet v0.1)");
  app.add_option("-s,--scale", a->scale, "Default: the model's")->check(Between(1, 64));
  app.add_option("--executor", a->executor, "engine, reference or libtorch")
      ->check(CLI::IsMember({"engine", "reference", "libtorch"}));
  AddEnsemble(app, a->ensemble);
  AddThreads(app, a->threads);
  AddPrecision(app, a->precision);
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  return [a, line] { return RunEval(*a, line); };
}

}  // namespace winnow
