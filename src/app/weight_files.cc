#include "app/weight_files.h"

#include <algorithm>
#include <string>

#include "app/foreign_files.h"
#include "base/error.h"
#include "formats/pytorch/torch_file.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

using Files = std::vector<std::filesystem::path>;

[[noreturn]] void Invalid(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

// A folder stands for the files of weights in it, by name.
Files Expanded(const Files& files) {
  if (files.size() != 1 || !std::filesystem::is_directory(files[0])) return files;
  Files inside;
  for (const auto& entry : std::filesystem::directory_iterator(files[0])) {
    const std::filesystem::path& path = entry.path();
    if (IsTorchFile(path) || path.extension() == ".safetensors") inside.push_back(path);
  }
  if (inside.empty()) Invalid(files[0].string() + ": there are no files of weights in this folder");
  std::ranges::sort(inside);
  return inside;
}

}  // namespace

TensorFile ReadWeights(const std::filesystem::path& path) {
  RefuseForeign(path);
  return IsTorchFile(path) ? ReadTorchFile(path) : ReadSafetensors(path);
}

TensorFile ReadWeightFiles(const std::vector<std::filesystem::path>& paths) {
  const Files files = Expanded(paths);
  if (files.size() == 1) return ReadWeights(files[0]);
  TensorFile all;
  for (const std::filesystem::path& path : files) {
    TensorFile part = ReadWeights(path);
    for (auto& [name, tensor] : part.tensors) {
      const std::string full = path.stem().string() + "." + name;
      if (!all.tensors.emplace(full, std::move(tensor)).second) {
        Invalid(path.string() + ": another file has a tensor " + Quoted(full) + ", too");
      }
    }
  }
  return all;
}

}  // namespace winnow
