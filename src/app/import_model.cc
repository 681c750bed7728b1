#include "app/import_model.h"

#include <algorithm>
#include <cmath>

#include "app/foreign_files.h"
#include "app/pixel_convention.h"
#include "app/weight_files.h"
#include "base/error.h"
#include "base/random.h"
#include "base/rounding.h"
#include "base/text.h"
#include "engine/session.h"
#include "formats/import.h"
#include "formats/model_metadata.h"
#include "formats/onnx/onnx_file.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"
#include "networks/detect.h"
#include "networks/public_names.h"

namespace winnow {
namespace {

using Files = std::vector<std::filesystem::path>;

// What networks see in trials is at least this large: above the windows of any network of interest.
constexpr int kTrialExtent = 64;
constexpr int kLargestMultiple = 128;

[[noreturn]] void Invalid(const std::string& message) {
  throw Error(ErrorKind::kInvalidArgument, message);
}

std::string Decibels(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f dB", value);
  return text;
}

// The factor between a picture and the result at a large size, whatever padding does.
int ScaleOf(const Graph& graph, const std::string& file) {
  constexpr std::int64_t kExtent = 128 * 6;
  const Dims out = InferDims(graph, kExtent, kExtent)[graph.output()];
  const std::int64_t scale = (out.height + kExtent / 2) / kExtent;
  if (scale < 1 || scale > 64) {
    throw Error(ErrorKind::kUnsupported,
                file +
                    ": its result is smaller than the picture; only networks that keep or "
                    "enlarge it are imported");
  }
  return static_cast<int>(scale);
}

bool KeepsScale(const Graph& graph, int scale, int multiple) {
  const int first = (kTrialExtent + multiple - 1) / multiple;
  for (int times = first; times < first + 5; ++times) {
    const std::int64_t height = std::int64_t{times} * multiple;
    const std::int64_t width = height + multiple;
    try {
      const Dims out = InferDims(graph, height, width)[graph.output()];
      if (out.height != height * scale || out.width != width * scale) return false;
    } catch (const Error&) {
      return false;
    }
  }
  return true;
}

std::string ColourOf(const std::string& wanted, int channels, std::vector<std::string>& notes) {
  if (!wanted.empty()) return wanted;
  if (channels == 1) {
    notes.push_back("colour y (luminance): the network takes one channel");
    return "y";
  }
  notes.push_back(
      "colour rgb is assumed: a file does not say; --colour bgr if colours come out wrong");
  return "rgb";
}

void SetConvention(const std::string& file, const ImportOptions& options, Imported& imported) {
  Model& model = imported.model;
  if (!options.range.empty()) return ApplyConvention(options.range, model);
  const std::vector<ConventionTrial> trials = TryConventions(model);
  const std::string figures = Join(trials, [](const ConventionTrial& trial) {
    return trial.convention + " " + Decibels(trial.psnr);
  });
  const auto clear = ClearConvention(trials);
  if (!clear) {
    Invalid(file +
            ": the range of its pixels cannot be told from its results on a smooth picture (" +
            figures + "); say --range, such as --range 0..1");
  }
  imported.notes.push_back("pixel range " + *clear + ": found by restoring a smooth picture (" +
                           figures + ")");
  ApplyConvention(*clear, model);
}

// What Winnow wrote there about its own model, but for what the graph tells.
void TakeDescription(const OnnxNetwork& network, const std::string& file, Imported& imported) {
  Model& model = imported.model;
  const ModelInfo found = model.info;
  ReadForeignMetadata(network.metadata, file, model);
  model.info.name = found.name;
  model.info.network = found.network;
  model.info.scale = found.scale;
  model.info.size_multiple = found.size_multiple;
  imported.notes.push_back("pixel range, colour, task and patterns: as Winnow wrote in the file");
}

Imported ImportOnnx(const std::filesystem::path& path, const ImportOptions& options) {
  const std::string file = path.string();
  if (!options.network.empty() || !options.settings.empty()) {
    Invalid(file + ": an ONNX file brings its own network; leave --network and --set out");
  }
  OnnxNetwork network = ReadOnnx(path);
  Imported imported;
  imported.notes = std::move(network.notes);
  Model& model = imported.model;
  model.graph = std::move(network.graph);
  model.weights = std::move(network.weights);
  ModelInfo& info = model.info;
  info.network = "imported";
  info.scale = ScaleOf(model.graph, file);
  if (options.scale != 0 && options.scale != info.scale) {
    Invalid(file + ": enlarges " + std::to_string(info.scale) + " times, not " +
            std::to_string(options.scale));
  }
  imported.notes.push_back("scale " + std::to_string(info.scale) + ": the network's own");
  info.task = info.scale == 1 ? "deblurring" : "super-resolution";
  info.size_multiple = FindSizeMultiple(model.graph, info.scale);
  info.mean.assign(static_cast<std::size_t>(model.graph.input_channels()), 0.0f);
  const bool described = HasForeignMetadata(network.metadata);
  if (described) TakeDescription(network, file, imported);
  if (!described || !options.colour.empty()) {
    info.colour = ColourOf(options.colour, model.graph.input_channels(), imported.notes);
  }
  Validate(model);
  if (!described || !options.range.empty()) SetConvention(file, options, imported);
  info.provenance["opset"] = std::to_string(network.opset);
  if (!network.producer.empty()) info.provenance["producer"] = network.producer;
  return imported;
}

// Networks that average over the picture were trained on patches, whose averages are others.
void NoteWholePicture(const Graph& graph, std::vector<std::string>& notes) {
  const bool averages = std::ranges::any_of(
      graph.nodes(), [](const Node& node) { return std::holds_alternative<GlobalPool>(node.op); });
  if (!averages) return;
  notes.push_back("sees the whole picture: " + FindReceptiveField(graph).reason +
                  "; it runs untiled, with the averages of the picture and not of patches as large "
                  "as those it was trained on (no TLC)");
}

// The last part of a path, also of a folder's with a slash at its end.
std::string NameOf(const std::filesystem::path& path) {
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

TensorShapes ShapesOf(const TensorFile& weights) {
  TensorShapes shapes;
  for (const auto& [name, tensor] : weights.tensors) shapes.emplace(name, tensor.shape);
  return shapes;
}

// Gives tensors the names of the built-in networks.
void Rename(TensorFile& weights, std::vector<std::string>& notes) {
  const PublicNames names = FindPublicNames(ShapesOf(weights));
  if (names.origin.empty()) return;
  for (const auto& [theirs, ours] : names.ours) {
    if (weights.tensors.contains(ours)) continue;
    auto node = weights.tensors.extract(theirs);
    node.key() = ours;
    weights.tensors.insert(std::move(node));
  }
  notes.push_back("names of tensors: those of " + names.origin);
}

std::string Described(const Detected& detected) {
  std::string text = "network " + detected.network + " x" + std::to_string(detected.options.scale);
  for (const auto& [key, value] : detected.options.settings) {
    text += ", " + key + " " + std::to_string(value);
  }
  return text + ": by names and shapes of the tensors";
}

// The network the weights belong to.
Detected Detect(const TensorFile& weights, const std::string& file, int scale) {
  if (const auto detected = DetectNetwork(ShapesOf(weights), scale)) return *detected;
  Invalid(file + ": its tensors are those of no built-in network" +
          (scale != 0 ? " at this scale" : "") + " (" + Join(Networks(), &NetworkRow::name) +
          "); say --network to see what differs, or export the network as ONNX");
}

Imported ImportWeights(const Files& files, const std::string& file, const ImportOptions& options) {
  TensorFile weights = ReadWeightFiles(files);
  Imported imported;
  Rename(weights, imported.notes);
  Detected network = {options.network, {options.scale, options.settings}};
  if (options.network.empty()) {
    network = Detect(weights, file, options.scale);
    imported.notes.push_back(Described(network));
  }
  Model& model = imported.model;
  model = BuildNetwork(network.network, network.options);
  imported.unused = LoadWeights(weights, file, model);
  if (!options.range.empty()) ApplyConvention(options.range, model);
  if (!options.colour.empty()) model.info.colour = options.colour;
  imported.notes.push_back("pixel range and colour: the network's" +
                           std::string(options.range.empty() && options.colour.empty()
                                           ? ""
                                           : ", but for what was said"));
  return imported;
}

}  // namespace

int FindSizeMultiple(const Graph& graph, int scale) {
  for (int multiple = 1; multiple <= kLargestMultiple; ++multiple) {
    if (KeepsScale(graph, scale, multiple)) return multiple;
  }
  throw Error(
      ErrorKind::kUnsupported,
      "the result is at no size exactly " + std::to_string(scale) +
          " times as large as the picture; networks that cut off the border are not imported");
}

void DryRun(const Model& model, const std::string& file) {
  const int extent = RoundUp(kTrialExtent, model.info.size_multiple);
  Tensor noise({model.graph.input_channels(), extent, extent});
  Random random(1);
  for (std::int64_t i = 0; i < noise.size(); ++i) {
    const float mean = model.info.mean[i / (std::int64_t{extent} * extent)];
    noise.data[i] = static_cast<float>(random.Uniform()) * model.info.pixel_range - mean;
  }
  const Tensor result = Session(model, {.costs = CostSource::kBuiltIn}).Run(noise);
  if (!std::ranges::all_of(result.data, [](float v) { return std::isfinite(v); })) {
    throw Error(ErrorKind::kUnsupported, file +
                                             ": its result on noise is not finite; the weights "
                                             "are broken or belong to another network");
  }
  const auto [low, high] = std::ranges::minmax(result.data);
  if (low == high) {
    throw Error(ErrorKind::kUnsupported, file +
                                             ": its result on noise is the same everywhere; the "
                                             "weights are empty or belong to another network");
  }
}

Imported ImportModel(const Files& files, const ImportOptions& options) {
  const std::string file =
      Join(files, [](const std::filesystem::path& path) { return path.string(); });
  if (files.size() > 1 && std::ranges::any_of(files, IsOnnxFile)) {
    Invalid(file + ": an ONNX file is a whole network; import it by itself");
  }
  Imported imported =
      IsOnnxFile(files[0]) ? ImportOnnx(files[0], options) : ImportWeights(files, file, options);
  Validate(imported.model);
  NoteWholePicture(imported.model.graph, imported.notes);
  DryRun(imported.model, file);
  imported.model.info.provenance["imported_from"] =
      Join(files, [](const std::filesystem::path& path) { return NameOf(path); });
  return imported;
}

Imported ImportModel(const std::filesystem::path& file, const ImportOptions& options) {
  return ImportModel(Files{file}, options);
}

}  // namespace winnow
