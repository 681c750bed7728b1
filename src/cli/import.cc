// winnow import: networks and weights of other projects into a model file.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/import_model.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "formats/model_file.h"

namespace winnow {
namespace {

struct ImportArguments {
  std::vector<std::string> files;
  std::string network;
  int scale = 0;
  std::vector<std::string> settings;
  std::string range;
  std::string colour;
  std::string output;
  std::string name;
  std::string licence;
  std::string dtype = "f32";
  bool force = false;
  bool json = false;
};

Imported Import(const ImportArguments& a) {
  const std::vector<std::filesystem::path> files(a.files.begin(), a.files.end());
  Imported imported =
      ImportModel(files, {a.network, a.scale, ParseSettings(a.settings), a.range, a.colour});
  ModelInfo& info = imported.model.info;
  info.name = a.name.empty() ? std::filesystem::path(a.output).stem().string() : a.name;
  if (!a.licence.empty()) info.licence = a.licence;
  if (info.licence.empty()) info.licence = "unknown";
  return imported;
}

void ReportJson(const Imported& imported, const ImportArguments& a) {
  const ModelInfo& info = imported.model.info;
  const nlohmann::ordered_json json = {{"model", a.output},
                                       {"network", info.network},
                                       {"scale", info.scale},
                                       {"pixel_range", info.pixel_range},
                                       {"mean", info.mean},
                                       {"colour", info.colour},
                                       {"size_multiple", info.size_multiple},
                                       {"tensors", imported.model.weights.size()},
                                       {"notes", imported.notes},
                                       {"unused_tensors", imported.unused}};
  std::printf("%s\n", json.dump(2).c_str());
}

void Report(const Imported& imported, const ImportArguments& a) {
  if (a.json) return ReportJson(imported, a);
  const ModelInfo& info = imported.model.info;
  std::printf("%s: %s x%d, pixels %s 0..%g, %zu tensors\n", a.output.c_str(), info.network.c_str(),
              info.scale, info.colour.c_str(), info.pixel_range, imported.model.weights.size());
  for (const std::string& note : imported.notes) std::printf("  %s\n", note.c_str());
  if (imported.unused.empty()) return;
  std::printf("%zu tensors are not part of this network:\n", imported.unused.size());
  for (const std::string& name : imported.unused) std::printf("  %s\n", name.c_str());
}

int RunImport(const ImportArguments& arguments) {
  RefuseForeignSuffix(arguments.output);
  RefuseToOverwrite(arguments.output, arguments.force);
  const Imported imported = Import(arguments);
  WriteModel(imported.model, arguments.output,
             arguments.dtype == "f16" ? DType::kF16 : DType::kF32);
  Report(imported, arguments);
  return 0;
}

}  // namespace

CommandBody DeclareImport(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<ImportArguments>();
  app.add_option(
         "file", a->files,
         "A network (.onnx) or weights (.pth, .pt, .safetensors); a folder, or several files, "
         "where weights are published in parts")
      ->required();
  app.add_option("--network", a->network, "The network that weights belong to; default: found out");
  app.add_option("-o,--output", a->output, "Model file to write")->required();
  app.add_option("-s,--scale", a->scale, "Default: the network's")->check(Between(1, 64));
  AddPixelConvention(app, a->range, a->colour);
  app.add_option("--set", a->settings, "A setting of the network, such as width=48");
  app.add_option("--name", a->name, "The model's name; default: the file's");
  app.add_option("--licence", a->licence, "SPDX expression; default: the file's, or unknown");
  app.add_option("--dtype", a->dtype, "f32 or f16")->check(CLI::IsMember({"f32", "f16"}));
  app.add_flag("--force", a->force, "Overwrite the output");
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunImport(*a); };
}

}  // namespace winnow
