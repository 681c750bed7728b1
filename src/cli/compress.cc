// winnow compress: a dense model in, a sparse one out.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/foreign_files.h"
#include "app/import_model.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/budget.h"
#include "cli/commands.h"
#include "cli/compress_methods.h"
#include "cli/compress_report.h"
#include "cli/delegate.h"
#include "cli/options.h"
#include "formats/model_file.h"
#include "image/folders.h"

namespace winnow {
namespace {

// The one table of methods.
struct MethodRow {
  const char* name;
  const char* summary;
  CompressReport (*run)(CompressArguments& arguments, const CommandLine& line);
};

constexpr MethodRow kMethods[] = {
    {"greedy", "least squares on crops of photographs, in minutes; trains only with --steps",
     CompressGreedily},
    {"sls", "trains, and searches an N for each layer", CompressByTraining},
    {"domino", "trains; an N for each layer by the dense model's magnitudes", CompressByTraining},
    {"sr-ste", "trains; one N, masks that follow the weights", CompressByTraining},
    {"one-shot", "trains; one N, a mask that stays", CompressByTraining},
    {"filter", "removes whole filters, then trains", CompressByTraining},
};

std::string MethodHelp() {
  return Join(
      kMethods, [](const MethodRow& row) { return std::string(row.name) + ": " + row.summary; },
      "; ");
}

const MethodRow& FindMethod(const std::string& name) {
  for (const MethodRow& row : kMethods) {
    if (name == row.name) return row;
  }
  throw Error(ErrorKind::kInvalidArgument,
              "unknown method '" + name + "'; there are: " + Join(kMethods, &MethodRow::name));
}

// Puts the folders of blurred and of sharp pictures that make up a deblurring set in its place;
// other folders come after them.
void OpenPairs(CompressArguments& arguments) {
  std::vector<std::string> inputs, targets, others;
  for (const std::string& folder : arguments.data) {
    const std::vector<FolderPair> pairs = FindDeblurringPairs(folder, "blur");
    if (pairs.empty()) {
      others.push_back(folder);
      continue;
    }
    if (!arguments.target.empty()) {
      throw Error(ErrorKind::kInvalidArgument,
                  folder + ": brings sharp pictures of its own; leave --target out, or give " +
                      (std::filesystem::path(folder) / "blur").string() + " with --data");
    }
    for (const FolderPair& pair : pairs) {
      inputs.push_back(pair.input.string());
      targets.push_back(pair.target.string());
    }
  }
  if (targets.empty()) return;
  arguments.data = std::move(inputs);
  arguments.data.insert(arguments.data.end(), others.begin(), others.end());
  if (arguments.labels == "teacher") return;
  arguments.target = std::move(targets);
  arguments.brings_targets = true;
}

// What can be wrong whatever the model is, found before one is imported.
void CheckArguments(const CompressArguments& arguments) {
  RefuseForeignSuffix(arguments.output);
  if (arguments.write_recipe.empty()) {
    RefuseToOverwrite(arguments.output, arguments.force);
    RequireWritable(arguments.output);
  }
  ParseBudget(arguments.budget);
  for (const std::string& folder : arguments.data) PicturesIn(folder);
}

// Makes a model of a network of another project: a file beside the output, which training and
// comparisons go back to. Importing it again gives the same file. Returns its path where it is new.
std::filesystem::path ImportDense(CompressArguments& arguments) {
  const std::filesystem::path file = arguments.model;
  if (!IsImportable(file) || !std::filesystem::is_regular_file(file)) {
    if (arguments.range.empty() && arguments.colour.empty()) return {};
    throw Error(ErrorKind::kInvalidArgument,
                arguments.model +
                    ": --range and --colour are for networks that are imported; a "
                    "model has its own");
  }
  const std::filesystem::path dense =
      std::filesystem::path(arguments.output).replace_extension(".dense.safetensors");
  Imported imported = ImportModel(file, {.range = arguments.range, .colour = arguments.colour});
  ModelInfo& info = imported.model.info;
  info.name = file.stem().string();
  if (info.licence.empty()) info.licence = "unknown";
  std::error_code ec;
  const bool existed = std::filesystem::exists(dense, ec);
  const bool same = std::filesystem::is_regular_file(dense, ec) &&
                    ReadModel(dense).info.provenance == info.provenance;
  if (!same) RefuseToOverwrite(dense.string(), arguments.force);
  WriteModel(imported.model, dense);
  arguments.console.Message(dense.string() + ": the dense network of " + file.string() +
                            (imported.notes.empty() ? "" : "; ") +
                            Join(imported.notes, std::identity(), "; "));
  arguments.model = dense.string();
  return existed ? std::filesystem::path() : dense;
}

int WriteRecipe(const CompressArguments& arguments, const MethodRow& method,
                const CommandLine& line) {
  if (method.run != CompressByTraining) {
    throw Error(ErrorKind::kInvalidArgument,
                "--write-recipe is for methods that train, not " + arguments.method);
  }
  RefuseToOverwrite(arguments.write_recipe, arguments.force);
  WriteCompressionRecipe(arguments, line);
  std::printf("%s\n", arguments.write_recipe.c_str());
  return 0;
}

int CompressModel(CompressArguments& arguments, const MethodRow& method, const CommandLine& line) {
  if (!arguments.write_recipe.empty()) return WriteRecipe(arguments, method, line);
  const auto start = std::chrono::steady_clock::now();
  CompressReport report = method.run(arguments, line);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  report.model = arguments.output;
  report.method = arguments.method;
  report.budget = arguments.budget;
  report.bytes = static_cast<std::int64_t>(std::filesystem::file_size(arguments.output));
  report.seconds = elapsed.count();
  if (arguments.json) {
    std::printf("%s\n", ToJson(report).dump(2).c_str());
  } else {
    std::printf("%s", FormatReport(report).c_str());
  }
  return 0;
}

int RunCompress(CompressArguments& arguments, const CommandLine& line) {
  const MethodRow& method = FindMethod(arguments.method);
  OpenPairs(arguments);
  CheckArguments(arguments);
  const bool trains = method.run == CompressByTraining || arguments.steps > 0;
  if (trains) RequireTraining(line);  // so that not two programs import the network
  const std::filesystem::path imported = ImportDense(arguments);
  try {
    return CompressModel(arguments, method, line);
  } catch (...) {
    std::error_code ignored;
    if (!imported.empty()) std::filesystem::remove(imported, ignored);
    throw;
  }
}

void DeclareTraining(CLI::App& app, CompressArguments& a) {
  const std::string group = "Methods that train";
  app.add_option("--target", a.target,
                 "Folders of sharp pictures with the names of those in --data, where a network "
                 "removes blur")
      ->group(group);
  app.add_option(
         "--labels", a.labels,
         "What results are compared with: photos, from which the network's inputs are made; "
         "or teacher, the dense network's own results on the photographs, which needs "
         "nothing else; default: teacher for imported networks, and for those that keep "
         "the extent without --target")
      ->check(CLI::IsMember({"photos", "teacher"}))
      ->group(group);
  app.add_option("--steps", a.steps,
                 "Training steps; default 8000. After greedy: trains what is left, default not")
      ->check(Between(1, 100'000'000))
      ->group(group);
  app.add_option("--learning-rate", a.learning_rate,
                 "Default 4e-4, after greedy 1e-3, or 1e-4 where the extent is kept")
      ->check(CLI::PositiveNumber)
      ->group(group);
  app.add_option("--batch", a.batch, "Patches a step; default 16, or 8")
      ->check(Between(1, 4096))
      ->group(group);
  app.add_option("--patch", a.patch,
                 "Pixels a side of a patch, in the network's input; default 32, or 128")
      ->check(Between(1, 4096))
      ->group(group);
  AddDevice(app, a.device)->group(group);
  app.add_option("--run", a.run_dir,
                 "Folder for checkpoint and log; default: the output's name with .run")
      ->group(group);
  app.add_flag("--resume", a.resume, "Go on from the checkpoint of the run; same arguments")
      ->group(group);
  app.add_option("--write-recipe", a.write_recipe,
                 "Write a recipe for winnow train to this file instead of training")
      ->group(group);
}

}  // namespace

std::string CompressedName(const CompressArguments& arguments) {
  return arguments.name.empty() ? std::filesystem::path(arguments.output).stem().string()
                                : arguments.name;
}

std::filesystem::path RunFolder(const CompressArguments& arguments) {
  if (!arguments.run_dir.empty()) return arguments.run_dir;
  return std::filesystem::path(arguments.output).replace_extension(".run");
}

CommandBody DeclareCompress(CLI::App& app, const CommandLine& line) {
  auto a = std::make_shared<CompressArguments>();
  app.add_option("model", a->model,
                 "Dense model by name or file; a network to import (.onnx, .pth) is imported first")
      ->required();
  app.add_option("--method", a->method, MethodHelp());
  app.add_option("--budget", a->budget,
                 "What to keep: 0.25 of the prunable multiply-adds (the default), 5.2G "
                 "multiply-adds in all, latency=45ms or latency=0.3x");
  app.add_option("--latency-table", a->latency_table,
                 "Of this model, by winnow bench --layers; for a budget of time");
  app.add_option("--m", a->m, "Group size M of the patterns N:M; default 32")
      ->check(Between(2, 256));
  app.add_option(
         "--data,--calib", a->data,
         "Folders of photographs; for a network that removes blur also of pairs, in folders "
         "blur and sharp or in such of every sequence")
      ->required();
  AddPixelConvention(app, a->range, a->colour);
  app.add_option("-o,--output", a->output, "Model file to write")->required();
  app.add_option("--name", a->name, "The model's name; default: the file's");
  app.add_option(
         "--crops", a->calibration.count,
         "Crops that greedy looks at, and most others that models are measured on; default 24")
      ->check(Between(1, 10000));
  app.add_option("--crop-size", a->calibration.extent,
                 "Pixels a side of a crop, in the network's input; default 64")
      ->check(Between(1, 4096));
  app.add_option("--seed", a->calibration.seed,
                 "Of the choice of crops, and of training; default 1");
  AddThreads(app, a->threads);
  app.add_flag("--force", a->force, "Overwrite the output");
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  DeclareTraining(app, *a);
  return [a, line] { return RunCompress(*a, line); };
}

}  // namespace winnow
