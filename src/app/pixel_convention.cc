#include "app/pixel_convention.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "base/error.h"
#include "base/rounding.h"
#include "base/text.h"
#include "engine/session.h"

namespace winnow {
namespace {

struct Convention {
  const char* name;
  float pixel_range;
  float mean;
  float factor;  // of what the graph takes and gives
};

constexpr Convention kConventions[] = {
    {"0..1", 1, 0, 1}, {"0..255", 255, 0, 1}, {"-0.5..0.5", 1, 0.5f, 1}, {"-1..1", 1, 0.5f, 2}};

constexpr int kTrialExtent = 64;
constexpr double kGood = 24;    // dB
constexpr double kClearly = 3;  // dB
constexpr double kUnusual = 6;  // dB

const Convention& Find(const std::string& name) {
  for (const Convention& convention : kConventions) {
    if (name == convention.name) return convention;
  }
  throw Error(ErrorKind::kInvalidArgument,
              "no pixel range '" + name + "'; there are: " + Join(kConventions, &Convention::name));
}

// factor * x + shift[c].
ScaleShift Affine(float factor, const std::vector<float>& shift) {
  return {std::vector<float>(shift.size(), factor), shift};
}

// The graph between one conversion of its input and one of its outputs.
Graph Converted(const Graph& graph, const ScaleShift& to_network, const ScaleShift& from_network) {
  Graph converted;
  for (const Param& param : graph.params()) converted.AddParam(param);
  converted.AddNode(graph.node(0));
  converted.AddNode({to_network, {0}, "to_network_range"});
  for (std::size_t id = 1; id < graph.nodes().size(); ++id) {
    Node node = graph.nodes()[id];
    for (NodeId& input : node.inputs) ++input;
    converted.AddNode(std::move(node));
  }
  std::vector<NodeId> outputs;
  for (NodeId output : graph.outputs()) {
    outputs.push_back(converted.AddNode(
        {from_network,
         {output + 1},
         "from_network_range" + (outputs.empty() ? "" : "_" + std::to_string(outputs.size()))}));
  }
  converted.SetOutputs(std::move(outputs));
  return converted;
}

// A smooth picture, in 0..1, at the place (x, y) in pixels of the input.
double SmoothPicture(std::int64_t c, double y, double x) {
  const double wave = 2 * std::numbers::pi / kTrialExtent;
  return 0.5 + 0.18 * std::sin(wave * (2 * x + y) + static_cast<double>(c)) +
         0.18 * std::sin(wave * (3 * y - x) + 2.0 * static_cast<double>(c)) +
         0.1 * std::cos(wave * x);
}

Tensor Sampled(std::int64_t channels, int extent, int scale) {
  Tensor picture({channels, extent * scale, extent * scale});
  for (std::int64_t c = 0; c < channels; ++c) {
    for (int y = 0; y < extent * scale; ++y) {
      for (int x = 0; x < extent * scale; ++x) {
        picture.Row(c, y)[x] =
            static_cast<float>(SmoothPicture(c, (y + 0.5) / scale - 0.5, (x + 0.5) / scale - 0.5));
      }
    }
  }
  return picture;
}

double Psnr(const Tensor& a, const Tensor& b) {
  const double mean = SquaredDifference(a, b) / static_cast<double>(a.size());
  return std::isfinite(mean) ? -10 * std::log10(mean + 1e-12) : -1000;
}

double PsnrOf(Session& session, const Convention& convention, const Tensor& picture,
              const Tensor& wanted) {
  const float range = convention.pixel_range * convention.factor;
  const float mean = convention.mean * convention.factor;
  Tensor input = picture;
  for (float& v : input.data) v = v * range - mean;
  Tensor output = session.Run(input);
  for (float& v : output.data) v = (v + mean) / range;
  return Psnr(output, wanted);
}

}  // namespace

std::vector<std::string> PixelConventions() {
  std::vector<std::string> names;
  for (const Convention& convention : kConventions) names.emplace_back(convention.name);
  return names;
}

void ApplyConvention(const std::string& name, Model& model) {
  const Convention& convention = Find(name);
  model.info.pixel_range = convention.pixel_range;
  model.info.mean.assign(static_cast<std::size_t>(model.graph.input_channels()), convention.mean);
  if (convention.factor == 1) return;
  const std::vector<float> none(model.info.mean.size(), 0.0f);
  model.graph =
      Converted(model.graph, Affine(convention.factor, none), Affine(1 / convention.factor, none));
}

std::vector<std::string> PictureRanges() { return {"0..1", "0..255"}; }

Model TakingPictures(const std::string& range, Model model) {
  const std::vector<std::string> ranges = PictureRanges();
  if (std::ranges::find(ranges, range) == ranges.end()) {
    throw Error(ErrorKind::kInvalidArgument, "no range of pictures '" + range +
                                                 "'; there are: " + Join(ranges, std::identity()));
  }
  const float white = Find(range).pixel_range;
  const float factor = model.info.pixel_range / white;
  std::vector<float> before = model.info.mean;
  std::vector<float> behind = model.info.mean;
  for (float& mean : before) mean = -mean;
  for (float& mean : behind) mean /= factor;
  const std::vector<float> none(model.info.mean.size(), 0.0f);
  if (factor == 1 && model.info.mean == none) return model;
  model.graph = Converted(model.graph, Affine(factor, before), Affine(1 / factor, behind));
  model.info.pixel_range = white;
  model.info.mean = none;
  return model;
}

std::vector<ConventionTrial> TryConventions(const Model& model) {
  const int extent = RoundUp(kTrialExtent, model.info.size_multiple);
  const std::int64_t channels = model.graph.input_channels();
  const Tensor picture = Sampled(channels, extent, 1);
  const Tensor wanted = Sampled(channels, extent, model.info.scale);
  Session session(model, {.costs = CostSource::kBuiltIn});
  std::vector<ConventionTrial> trials;
  for (const Convention& convention : kConventions) {
    trials.push_back({convention.name, PsnrOf(session, convention, picture, wanted)});
  }
  std::ranges::stable_sort(trials, std::ranges::greater(), &ConventionTrial::psnr);
  return trials;
}

std::optional<std::string> ClearConvention(const std::vector<ConventionTrial>& trials) {
  const auto best = [&](bool centred, int place) {
    for (const ConventionTrial& trial : trials) {
      if ((Find(trial.convention).mean != 0) == centred && place-- == 0) return trial;
    }
    return ConventionTrial();
  };
  const bool centred = best(true, 0).psnr > best(false, 0).psnr + kUnusual;
  const ConventionTrial first = best(centred, 0);
  if (first.psnr < kGood || first.psnr < best(centred, 1).psnr + kClearly) return std::nullopt;
  return first.convention;
}

}  // namespace winnow
