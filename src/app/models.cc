#include "app/models.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>

#include "app/foreign_files.h"
#include "base/error.h"
#include "base/loaded_from.h"
#include "base/text.h"
#include "formats/model_file.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

constexpr char kExtension[] = ".safetensors";

struct BuiltIn {
  const char* task;
  int scale;
  const char* name;
};

// The first row of a task is the usual one.
constexpr BuiltIn kBuiltIn[] = {
    {"super-resolution", 4, "winnow-x4"},
    {"super-resolution", 3, "winnow-x4"},  // and shrunk
    {"super-resolution", 2, "winnow-x2"},
    {"deblurring", 1, "winnow-deblur"},
};

std::string JoinNames(const std::vector<std::string>& names) {
  return names.empty() ? "none" : Join(names, std::identity());
}

[[noreturn]] void RefuseTask(const std::string& task) {
  std::vector<std::string> tasks;
  for (const BuiltIn& model : kBuiltIn) {
    if (tasks.empty() || tasks.back() != model.task) tasks.emplace_back(model.task);
  }
  throw Error(ErrorKind::kInvalidArgument,
              "no built-in model is for the task '" + task + "'; tasks are: " + JoinNames(tasks));
}

void RequireModelFile(const fs::path& file) {
  RefuseForeign(file);
  if (!IsImportable(file)) return;
  throw Error(ErrorKind::kUnsupported,
              file.string() +
                  ": a network of another project; make a model of it first: winnow "
                  "import " +
                  file.string() + " -o " + file.stem().string() + ".safetensors");
}

}  // namespace

std::vector<fs::path> ModelFolders() {
  std::vector<fs::path> folders;
  if (const char* chosen = std::getenv("WINNOW_MODELS")) folders.emplace_back(chosen);
  std::ranges::copy(PlacesOfInstalled("share/winnow/models"), std::back_inserter(folders));
  std::erase_if(folders, [](const fs::path& folder) {
    std::error_code ignored;
    return !fs::is_directory(folder, ignored);
  });
  return folders;
}

std::vector<std::string> ModelNames() {
  std::set<std::string> names;
  for (const fs::path& folder : ModelFolders()) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == kExtension) names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

fs::path FindModelFile(const std::string& name_or_path) {
  std::error_code ec;
  if (fs::is_regular_file(name_or_path, ec)) {
    RequireModelFile(name_or_path);
    return name_or_path;
  }
  const bool is_name = !name_or_path.empty() && name_or_path.find('/') == std::string::npos;
  if (is_name) {
    for (const fs::path& folder : ModelFolders()) {
      const fs::path file = folder / (name_or_path + kExtension);
      if (fs::is_regular_file(file, ec)) return file;
    }
  }
  throw Error(ErrorKind::kNotFound, "no model file or built-in model '" + name_or_path +
                                        "'; built in: " + JoinNames(ModelNames()));
}

Model LoadModel(const std::string& name_or_path) { return ReadModel(FindModelFile(name_or_path)); }

std::string DefaultModelName(const std::string& task, int scale) {
  std::string scales;
  for (const BuiltIn& model : kBuiltIn) {
    if (task != model.task) continue;
    if (scale == 0 || scale == model.scale) return model.name;
    scales += (scales.empty() ? "" : ", ") + std::to_string(model.scale);
  }
  if (scales.empty()) RefuseTask(task);
  throw Error(ErrorKind::kInvalidArgument,
              "no built-in model for " + task + " enlarges " + std::to_string(scale) +
                  " times (there are: " + scales + "); choose a model");
}

Model LoadDefaultModel(const std::string& task, int scale) {
  const std::string name = DefaultModelName(task, scale);
  const std::vector<std::string> names = ModelNames();
  if (std::ranges::find(names, name) != names.end()) return LoadModel(name);
  throw Error(ErrorKind::kNotFound,
              "the model for " + task + ", '" + name +
                  "', is not built in here; train it by recipes/" + name +
                  ".toml, or choose a model with -m (built in: " + JoinNames(names) + ")");
}

}  // namespace winnow
