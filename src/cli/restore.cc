// winnow restore: pictures in, restored pictures out.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/batch.h"
#include "app/models.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/executors.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/table.h"
#include "graph/correction.h"

namespace winnow {
namespace {

using Json = nlohmann::ordered_json;

struct RestoreArguments {
  JobRequest jobs;
  std::string model;  // empty: the built-in one for the task and scale
  std::string task;   // of ModelInfo; empty: enlarging, or what the model does
  double strength = 1;
  bool ensemble = false;
  int scale = 0;
  int threads = 0;
  std::string precision = "exact";
  int quality = 0;  // 0: not given
  std::int64_t max_pixels = BatchOptions().max_pixels;
  std::optional<std::string> max_memory;
  bool json = false;
  Console console;
};

const char* StatusName(JobResult::Status status) {
  switch (status) {
    case JobResult::Status::kRestored:
      return "restored";
    case JobResult::Status::kSkipped:
      return "skipped";
    case JobResult::Status::kFailed:
      return "failed";
  }
  return "";
}

Json ToJson(const JobResult& result) {
  Json json = {{"input", result.job.input.string()},
               {"output", result.job.output.string()},
               {"status", StatusName(result.status)}};
  if (result.status == JobResult::Status::kRestored) {
    json["width"] = result.width;
    json["height"] = result.height;
    json["seconds"] = result.seconds;
  }
  if (result.error) json["error"] = result.error->what();
  return json;
}

std::string Describe(const JobResult& result) {
  const std::string output = result.job.output.string();
  if (result.status == JobResult::Status::kSkipped) return output + ": exists, skipped";
  return output + ": " + std::to_string(result.width) + "x" + std::to_string(result.height) +
         " in " + Fixed(result.seconds, 2) + " s";
}

BatchOptions MakeBatchOptions(RestoreArguments& arguments) {
  BatchOptions options;
  Console& console = arguments.console;
  options.restore.scale = arguments.scale;
  options.restore.ensemble = arguments.ensemble;
  options.restore.ahead = ThreadsOf(arguments.threads) > 1;
  if (arguments.max_memory) options.restore.memory_budget = ParseBytes(*arguments.max_memory);
  options.restore.on_message = [&](const std::string& text) { console.Message(text); };
  options.restore.stop = CatchInterrupts();
  options.max_pixels = arguments.max_pixels;
  if (arguments.quality > 0) options.quality = arguments.quality;
  auto current = std::make_shared<std::string>();
  options.on_start = [current](const Job& job) { *current = job.input.string(); };
  options.restore.on_progress = [&console, current](double fraction) {
    console.Progress(*current + ": " + Fixed(100 * fraction, 0) + " %");
  };
  options.on_result = [&console](const JobResult& result) {
    console.EndProgress();
    if (result.status != JobResult::Status::kFailed) console.Message(Describe(result));
  };
  return options;
}

int Finish(const Model& model, const std::vector<JobResult>& results, RestoreArguments& arguments) {
  int failed = 0;
  Json files = Json::array();
  for (const JobResult& result : results) {
    files.push_back(ToJson(result));
    if (result.error) ++failed;
  }
  if (arguments.json) {
    const Json report = {{"model", model.info.name}, {"scale", arguments.scale}, {"files", files}};
    std::printf("%s\n", report.dump(2).c_str());
  }
  if (results.size() == 1 && failed == 1) throw *results.front().error;
  for (const JobResult& result : results) {
    if (result.error) arguments.console.Warning(result.error->what());
  }
  if (failed == 0) return 0;
  arguments.console.Warning(std::to_string(failed) + " of " + std::to_string(results.size()) +
                            " pictures failed");
  return 1;
}

Model FindModel(const RestoreArguments& arguments) {
  const std::string& task = arguments.task;
  if (arguments.model.empty()) {
    return LoadDefaultModel(task.empty() ? "super-resolution" : task, arguments.scale);
  }
  Model model = LoadModel(arguments.model);
  if (!task.empty() && task != model.info.task) {
    throw Error(ErrorKind::kInvalidArgument, model.info.name + " is for " + model.info.task +
                                                 ", not for " + task +
                                                 "; choose another model or leave --task out");
  }
  return model;
}

int RunRestore(RestoreArguments& arguments, const CommandLine& line) {
  if (arguments.json && arguments.jobs.output == kStandardStream) {
    throw Error(ErrorKind::kInvalidArgument,
                "standard output takes the picture or --json, not both");
  }
  Model model = FindModel(arguments);
  if (arguments.strength != 1) ScaleCorrection(model, arguments.strength);
  arguments.scale = CheckScale(model.info, arguments.scale);
  arguments.jobs.scale = arguments.scale;
  arguments.jobs.model = model.info.name;
  const BatchOptions options = MakeBatchOptions(arguments);
  const std::vector<Job> jobs = PlanJobs(arguments.jobs);
  const Runner run = MakeRunner("engine", model, ThreadsOf(arguments.threads), line,
                                ParsePrecision(arguments.precision));
  return Finish(model, RestoreFiles(model, run, jobs, options), arguments);
}

}  // namespace

CommandBody DeclareRestore(CLI::App& app, const CommandLine& line) {
  auto a = std::make_shared<RestoreArguments>();
  app.add_option("inputs", a->jobs.inputs, "Pictures, folders (with -r), or - for standard input")
      ->required();
  app.add_option(
         "-o,--output", a->jobs.output,
         "Picture, folder, or - for standard output; folders are made where they are absent")
      ->required();
  app.add_flag("-r,--recursive", a->jobs.recursive, "Take every picture in folders and below");
  app.add_option("-m,--model", a->model, "Built-in model by name, or a model file");
  app.add_option("--task", a->task, "enlarge or deblur; default: the model's, enlarge")
      ->transform(CLI::CheckedTransformer(std::map<std::string, std::string>{
          {"enlarge", "super-resolution"}, {"deblur", "deblurring"}}));
  app.add_option("-s,--scale", a->scale, "Enlarge so many times; default: the model's, x4")
      ->check(Between(1, 64));
  app.add_option("--strength", a->strength,
                 "Of deblurring: up to 2, more than usual; near 0, hardly any; default 1");
  AddEnsemble(app, a->ensemble);
  AddThreads(app, a->threads);
  AddPrecision(app, a->precision);
  app.add_option("-f,--format", a->jobs.format, "png, jpeg, webp, tiff, avif, heif or jxl")
      ->transform([](const std::string& name) {
        return name == "jpg" ? "jpeg" : name == "tif" ? "tiff" : name;
      });
  app.add_option("-q,--quality", a->quality, "1..100 for lossy formats")->check(Between(1, 100));
  app.add_option("--name", a->jobs.name_pattern,
                 "File names in an output folder, of {stem} {scale} {model} {ext}");
  CLI::Option* resume =
      app.add_flag("--resume", a->jobs.resume, "Skip pictures whose output exists");
  app.add_flag("--force", a->jobs.force, "Overwrite outputs that exist")->excludes(resume);
  app.add_option("--max-pixels", a->max_pixels, "Refuse larger inputs, before decoding them")
      ->check(CLI::PositiveNumber);
  app.add_option("--max-memory", a->max_memory,
                 "For the network's intermediate results, such as 256M; default 512M");
  app.add_flag("--json", a->json, "Report on standard output as JSON");
  a->console.AddOptions(app);
  return [a, line] { return RunRestore(*a, line); };
}

}  // namespace winnow
