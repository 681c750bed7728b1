#include "app/export_model.h"

#include "app/foreign_files.h"
#include "app/pixel_convention.h"
#include "app/weight_files.h"
#include "base/error.h"
#include "base/file.h"
#include "formats/model_metadata.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Invalid(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

std::vector<std::string> ExportOnnx(Model model, const fs::path& path,
                                    const ExportOptions& options) {
  if (options.densify || !options.like.empty() || options.dtype != DType::kF32) {
    Invalid(path.string() + ": --densify, --like and --dtype are for .safetensors");
  }
  std::vector<std::string> notes;
  const std::size_t coarse = model.graph.outputs().size() - 1;
  if (coarse > 0) {
    notes.push_back("the restored picture is the only output; " + std::to_string(coarse) +
                    " coarser ones are left out");
    model.graph.SetOutputs({model.graph.output()});
  }
  if (!options.range.empty()) model = TakingPictures(options.range, std::move(model));
  if (model.info.size_multiple > 1) {
    const std::string multiple = std::to_string(model.info.size_multiple);
    notes.push_back("height and width must be multiples of " + multiple +
                    ": pad the picture, and crop the result");
  }
  if (!model.patterns.empty()) {
    notes.push_back(
        "weights that were pruned are zeros: engines that do not know patterns take as long as for "
        "the dense network");
  }
  WriteOnnx(model, path, options.extents);
  return notes;
}

// The tensors of `like` with the values of the model.
TensorFile Filled(TensorFile like, const std::string& file, const TensorFile& weights,
                  std::vector<std::string>& notes) {
  for (const auto& [name, tensor] : weights.tensors) {
    const auto found = like.tensors.find(name);
    if (found == like.tensors.end()) {
      Invalid(file + ": has no tensor " + Quoted(name) +
              "; --like takes the weights that the model was imported from");
    }
    if (found->second.shape != tensor.shape) {
      Invalid(file + ": tensor " + Quoted(name) + " is " + ToString(found->second.shape) +
              ", the model's " + ToString(tensor.shape) +
              "; a network that has lost filters fits no other file");
    }
    found->second = tensor;
  }
  const std::size_t others = like.tensors.size() - weights.tensors.size();
  if (others > 0) {
    notes.push_back(std::to_string(others) + " tensors that the model does not have are those of " +
                    file);
  }
  return like;
}

std::vector<std::string> ExportSafetensors(const Model& model, const fs::path& path,
                                           const ExportOptions& options) {
  if (options.extents.height != 0 || options.extents.width != 0 || !options.range.empty()) {
    Invalid(path.string() + ": --size and --range are for .onnx");
  }
  std::vector<std::string> notes;
  if (options.densify) {
    if (!options.like.empty()) Invalid("--like is for weights, --densify for a model; give one");
    WriteModel(model, path, options.dtype, WeightStorage::kFull);
    return notes;
  }
  TensorFile file = WeightsOf(model);
  if (!options.like.empty()) {
    file = Filled(ReadWeights(options.like), options.like.string(), file, notes);
  }
  file.metadata = ForeignMetadata(model);
  file.metadata["format"] = "pt";  // what PyTorch's tools ask for
  WriteFile(path, SerializeSafetensors(file, options.dtype));
  return notes;
}

}  // namespace

std::vector<std::string> ExportModel(const Model& model, const fs::path& path,
                                     const ExportOptions& options) {
  if (IsOnnxFile(path)) return ExportOnnx(model, path, options);
  if (path.extension() == ".safetensors") return ExportSafetensors(model, path, options);
  Invalid(path.string() + ": the name must end in .onnx or .safetensors, which says what to write");
}

}  // namespace winnow
