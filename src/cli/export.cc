// winnow export: a model for other programs.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/export_model.h"
#include "app/models.h"
#include "app/pixel_convention.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/table.h"

namespace winnow {
namespace {

struct ExportArguments {
  std::string model;
  std::string output;
  std::string size;
  std::string range;
  std::string like;
  std::string dtype = "f32";
  bool densify = false;
  bool force = false;
  bool json = false;
};

ExportOptions OptionsOf(const ExportArguments& a) {
  ExportOptions options;
  if (!a.size.empty()) {
    const InputSize size = ParseSize(a.size);
    options.extents = {.height = size.height, .width = size.width};
  }
  options.range = a.range;
  options.densify = a.densify;
  options.like = a.like;
  options.dtype = a.dtype == "f16" ? DType::kF16 : DType::kF32;
  return options;
}

int RunExport(const ExportArguments& a) {
  RefuseToOverwrite(a.output, a.force);
  const std::vector<std::string> notes = ExportModel(LoadModel(a.model), a.output, OptionsOf(a));
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(a.output));
  if (a.json) {
    const nlohmann::ordered_json json = {{"file", a.output}, {"bytes", bytes}, {"notes", notes}};
    std::printf("%s\n", json.dump(2).c_str());
    return 0;
  }
  std::printf("%s: %s bytes\n", a.output.c_str(), Grouped(bytes).c_str());
  for (const std::string& note : notes) std::printf("  %s\n", note.c_str());
  return 0;
}

}  // namespace

CommandBody DeclareExport(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<ExportArguments>();
  app.add_option("model", a->model, "Model by name or file")->required();
  app.add_option("-o,--output", a->output,
                 "File to write: .onnx is the network, .safetensors its weights in full")
      ->required();
  app.add_option("--size", a->size, "ONNX for pictures of this size alone, such as 320x180");
  app.add_option("--range", a->range,
                 "ONNX that takes and gives pixels of this range; default: the network's own")
      ->check(CLI::IsMember(PictureRanges()));
  app.add_flag("--densify", a->densify,
               "A Winnow model that any reader of safetensors understands, instead of weights");
  app.add_option("--like", a->like,
                 "Weights file that the network was imported from: the same tensors are written, "
                 "those that Winnow has no use for too");
  app.add_option("--dtype", a->dtype, "Of .safetensors: f32 or f16")
      ->check(CLI::IsMember({"f32", "f16"}));
  app.add_flag("--force", a->force, "Overwrite the output");
  app.add_flag("--json", a->json, "Report as JSON");
  return [a] { return RunExport(*a); };
}

}  // namespace winnow
