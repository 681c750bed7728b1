#include "app/import_weights.h"

#include <algorithm>
#include <map>
#include <optional>

#include "app/pixel_convention.h"
#include "app/weight_files.h"
#include "base/error.h"
#include "base/text.h"
#include "formats/import.h"
#include "formats/model_file.h"
#include "formats/model_metadata.h"
#include "networks/detect.h"
#include "networks/public_names.h"

namespace winnow {
namespace {

[[noreturn]] void Invalid(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

TensorShapes ShapesOf(const TensorFile& weights) {
  TensorShapes shapes;
  for (const auto& [name, tensor] : weights.tensors) shapes.emplace(name, tensor.shape);
  return shapes;
}

// A file for several scales gives one network; which, and what else it holds.
void NoteScales(const std::vector<int>& held, int taken, std::vector<std::string>& notes) {
  if (held.size() < 2) return;
  const auto times = [](int scale) { return std::string("x").append(std::to_string(scale)); };
  notes.push_back("scale " + times(taken) + " of " + Join(held, times) +
                  ", which the file holds; --scale takes another");
}

// Gives tensors the names of the built-in networks.
void Rename(TensorFile& weights, int scale, std::vector<std::string>& notes) {
  const PublicNames names = FindPublicNames(ShapesOf(weights), scale);
  if (names.origin.empty()) return;
  for (const auto& [theirs, ours] : names.ours) {
    if (weights.tensors.contains(ours)) continue;
    auto node = weights.tensors.extract(theirs);
    node.key() = ours;
    weights.tensors.insert(std::move(node));
  }
  notes.push_back("names of tensors: those of " + names.origin);
}

std::string Described(const Detected& detected, bool told) {
  std::string text = "network " + detected.network + " x" + std::to_string(detected.options.scale);
  for (const auto& [key, value] : detected.options.settings) {
    text += ", " + key + " " + std::to_string(value);
  }
  return text + ": by names and shapes of the tensors" + (told ? ", but for what was said" : "");
}

// The network the weights belong to; settings that are told hold, whatever the tensors look like.
Detected Detect(const TensorFile& weights, const std::string& file, const ImportOptions& options) {
  auto detected = DetectNetwork(ShapesOf(weights), options.scale);
  if (!detected) {
    Invalid(file + ": its tensors are those of no built-in network" +
            (options.scale != 0 ? " at this scale" : "") + " (" +
            Join(Networks(), &NetworkRow::name) +
            "); say --network to see what differs, or export the network as ONNX");
  }
  for (const auto& [key, value] : options.settings) detected->options.settings[key] = value;
  return *detected;
}

// What networks of EDSR's project, and those made after it, subtract first: a convolution of ones
// whose bias is -mean, in the numbers that the network takes. Nothing where there is none.
std::optional<std::vector<float>> SubtractedMean(const TensorFile& weights) {
  for (const std::string prefix : {"sub_mean.", "sub_mean.shifter."}) {
    const auto bias = weights.tensors.find(prefix + "bias");
    const auto weight = weights.tensors.find(prefix + "weight");
    if (bias == weights.tensors.end() || bias->second.shape != Shape{3}) continue;
    if (weight == weights.tensors.end() || weight->second.shape != Shape{3, 3, 1, 1}) continue;
    const auto& factors = weight->second.data;
    if (!std::ranges::equal(factors, AlignedVector<float>{1, 0, 0, 0, 1, 0, 0, 0, 1})) continue;
    std::vector<float> mean;
    for (float value : bias->second.data) mean.push_back(-value);
    return mean;
  }
  return std::nullopt;
}

// One network is published for samples in 0..1 by one project and for 0..255 by another.
std::string TakeMean(const std::vector<float>& mean, ModelInfo& info) {
  info.pixel_range = std::ranges::max(mean) <= 1 ? 1.0f : 255.0f;
  info.mean = mean;
  return "pixel range 0.." + ShortText(info.pixel_range) + ": by the mean that sub_mean subtracts";
}

std::string ButForWhatWasSaid(const ImportOptions& options) {
  return options.range.empty() && options.colour.empty() ? "" : ", but for what was said";
}

void SetConvention(const TensorFile& weights, const std::string& file, const ImportOptions& options,
                   Imported& imported) {
  ModelInfo& info = imported.model.info;
  if (HasForeignMetadata(weights.metadata)) {
    TakeDescription(weights.metadata, file, imported);
  } else if (const auto mean = SubtractedMean(weights); mean && info.mean.size() == mean->size()) {
    imported.notes.push_back(TakeMean(*mean, info) + ButForWhatWasSaid(options));
  } else {
    imported.notes.push_back("pixel range and colour: the network's" + ButForWhatWasSaid(options));
  }
  if (!options.range.empty()) ApplyConvention(options.range, imported.model);
  if (!options.colour.empty()) info.colour = options.colour;
}

// A file that needs no importing; only its pixels may be told otherwise.
Imported TakeModel(const std::filesystem::path& path, const ImportOptions& options) {
  const std::string file = path.string();
  if (!options.network.empty() || !options.settings.empty()) {
    Invalid(file +
            ": is a Winnow model, which brings its own network; leave --network and --set "
            "out");
  }
  Imported imported;
  imported.model = ReadModel(path);
  imported.unchanged = true;
  ModelInfo& info = imported.model.info;
  if (options.scale != 0 && options.scale != info.scale) {
    Invalid(file + ": enlarges " + std::to_string(info.scale) + " times, not " +
            std::to_string(options.scale));
  }
  imported.notes.push_back("is a Winnow model already: taken as it is" +
                           ButForWhatWasSaid(options));
  if (!options.range.empty()) ApplyConvention(options.range, imported.model);
  if (!options.colour.empty()) info.colour = options.colour;
  return imported;
}

}  // namespace

void TakeDescription(const std::map<std::string, std::string>& metadata, const std::string& file,
                     Imported& imported) {
  Model& model = imported.model;
  const ModelInfo found = model.info;
  ReadForeignMetadata(metadata, file, model);
  model.info.name = found.name;
  model.info.network = found.network;
  model.info.scale = found.scale;
  model.info.size_multiple = found.size_multiple;
  imported.notes.push_back(
      "pixel range, colour, task, licence, provenance and patterns: as Winnow wrote in the file");
}

Imported ImportWeights(const std::vector<std::filesystem::path>& files, const std::string& file,
                       const ImportOptions& options) {
  TensorFile weights = ReadWeightFiles(files);
  if (files.size() == 1 && IsModelMetadata(weights.metadata)) return TakeModel(files[0], options);
  Imported imported;
  const std::vector<int> scales = UpsamplerScales(ShapesOf(weights));
  Rename(weights, options.scale, imported.notes);
  Detected network = {options.network, {options.scale, options.settings}};
  if (options.network.empty()) {
    network = Detect(weights, file, options);
    imported.notes.push_back(Described(network, !options.settings.empty()));
  }
  imported.model = BuildNetwork(network.network, network.options);
  imported.unused = LoadWeights(weights, file, imported.model);
  NoteScales(scales, imported.model.info.scale, imported.notes);
  SetConvention(weights, file, options, imported);
  return imported;
}

}  // namespace winnow
