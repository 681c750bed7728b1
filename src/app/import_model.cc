#include "app/import_model.h"

#include <algorithm>
#include <cmath>

#include "app/foreign_files.h"
#include "app/import_weights.h"
#include "app/pixel_convention.h"
#include "base/error.h"
#include "base/random.h"
#include "base/rounding.h"
#include "base/text.h"
#include "engine/session.h"
#include "formats/model_metadata.h"
#include "formats/onnx/onnx_file.h"
#include "graph/receptive_field.h"
#include "graph/shapes.h"

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

// The factor between a picture and the result at a large size, whatever padding does. Errors: of
// networks that do not make a picture of a picture.
int ScaleOf(const Graph& graph, const std::string& file) {
  constexpr std::int64_t kExtent = 128 * 6;
  const Dims out = InferDims(graph, kExtent, kExtent)[graph.output()];
  if (out.channels != graph.input_channels()) {
    throw Error(ErrorKind::kUnsupported,
                file + ": makes " + std::to_string(out.channels) + " channels of " +
                    std::to_string(graph.input_channels()) +
                    "; only networks that restore a picture, channel by channel, are imported");
  }
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
  if (described) TakeDescription(network.metadata, file, imported);
  if (!described || !options.colour.empty()) {
    info.colour = ColourOf(options.colour, model.graph.input_channels(), imported.notes);
  }
  Validate(model);
  if (!described || !options.range.empty()) SetConvention(file, options, imported);
  info.provenance["opset"] = std::to_string(network.opset);
  if (!network.producer.empty()) info.provenance["producer"] = network.producer;
  return imported;
}

// Networks that average over the picture were trained on patches, whose averages are others. Only
// NAFNet's authors correct for that.
void NoteWholePicture(const Model& model, std::vector<std::string>& notes) {
  const Graph& graph = model.graph;
  const bool averages = std::ranges::any_of(
      graph.nodes(), [](const Node& node) { return std::holds_alternative<GlobalPool>(node.op); });
  if (!averages) return;
  std::string note = "sees the whole picture: " + FindReceptiveField(graph).reason +
                     "; it runs untiled, and takes memory for all of it";
  if (model.info.network == "nafnet") {
    note +=
        "; averages are those of the picture and not, as in training, of patches (its authors' "
        "correction for that, TLC, is not done)";
  }
  notes.push_back(note);
}

// The last part of a path, also of a folder's with a slash at its end.
std::string NameOf(const std::filesystem::path& path) {
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

// Behind it, what a file that Winnow wrote was itself imported from.
void NoteOrigin(const Files& files, std::map<std::string, std::string>& provenance) {
  std::string& origin = provenance["imported_from"];
  const std::string earlier = origin.empty() ? "" : " (" + origin + ")";
  origin = Join(files, [](const std::filesystem::path& path) { return NameOf(path); }) + earlier;
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
  NoteWholePicture(imported.model, imported.notes);
  DryRun(imported.model, file);
  if (!imported.unchanged) NoteOrigin(files, imported.model.info.provenance);
  return imported;
}

Imported ImportModel(const std::filesystem::path& file, const ImportOptions& options) {
  return ImportModel(Files{file}, options);
}

}  // namespace winnow
