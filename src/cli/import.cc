// winnow import: published weights into a model file.
#include "formats/import.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "formats/model_file.h"
#include "networks/registry.h"

namespace winnow {
namespace {

struct ImportArguments {
  std::string weights;
  std::string network;
  int scale = 0;
  std::vector<std::string> settings;
  std::string output;
  std::string name;
  std::string licence = "unknown";
  std::string dtype = "f32";
  bool force = false;
  bool json = false;
};

Model ImportModel(const ImportArguments& arguments, std::vector<std::string>& unused) {
  Model model =
      BuildNetwork(arguments.network, {arguments.scale, ParseSettings(arguments.settings)});
  unused = LoadWeights(ReadSafetensors(arguments.weights), arguments.weights, model);
  const std::filesystem::path output = arguments.output;
  model.info.name = arguments.name.empty() ? output.stem().string() : arguments.name;
  model.info.licence = arguments.licence;
  model.info.provenance["imported_from"] =
      std::filesystem::path(arguments.weights).filename().string();
  return model;
}

void Report(const Model& model, const std::vector<std::string>& unused,
            const ImportArguments& arguments) {
  const ModelInfo& info = model.info;
  if (arguments.json) {
    const nlohmann::ordered_json json = {
        {"model", arguments.output}, {"network", info.network},
        {"scale", info.scale},       {"pixel_range", info.pixel_range},
        {"colour", info.colour},     {"tensors", model.weights.size()},
        {"unused_tensors", unused}};
    std::printf("%s\n", json.dump(2).c_str());
    return;
  }
  std::printf("%s: %s x%d, pixels %s 0..%g, %zu tensors\n", arguments.output.c_str(),
              info.network.c_str(), info.scale, info.colour.c_str(), info.pixel_range,
              model.weights.size());
  if (unused.empty()) return;
  std::printf("%zu tensors of %s are not part of this network:\n", unused.size(),
              arguments.weights.c_str());
  for (const std::string& name : unused) std::printf("  %s\n", name.c_str());
}

int RunImport(const ImportArguments& arguments) {
  if (std::filesystem::exists(arguments.output) && !arguments.force) {
    throw Error(ErrorKind::kInvalidArgument, arguments.output + ": exists; --force overwrites it");
  }
  std::vector<std::string> unused;
  const Model model = ImportModel(arguments, unused);
  WriteModel(model, arguments.output, arguments.dtype == "f16" ? DType::kF16 : DType::kF32);
  Report(model, unused, arguments);
  return 0;
}

}  // namespace

CommandBody DeclareImport(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<ImportArguments>();
  app.add_option("weights", a->weights, "Weights (safetensors)")->required();
  app.add_option("--network", a->network, "The network they belong to, such as imdn")->required();
  app.add_option("-o,--output", a->output, "Model file to write")->required();
  app.add_option("-s,--scale", a->scale, "Default: the network's")->check(Between(1, 64));
  app.add_option("--set", a->settings, "A setting of the network, such as width=48");
  app.add_option("--name", a->name, "The model's name; default: the file's");
  app.add_option("--licence", a->licence, "SPDX expression; default: unknown");
  app.add_option("--dtype", a->dtype, "f32 or f16")->check(CLI::IsMember({"f32", "f16"}));
  app.add_flag("--force", a->force, "Overwrite the output");
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunImport(*a); };
}

}  // namespace winnow
