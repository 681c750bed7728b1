#include "graph/model.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/rounding.h"
#include "graph/shapes.h"

namespace winnow {
namespace {

constexpr int kMaxScale = 64;
constexpr int kMaxSizeMultiple = 4096;
// Extents are checked on an input of about this size, large enough for the windows of any network.
constexpr int kTrialExtent = 256;

void Require(bool ok, const std::string& message) {
  if (!ok) throw Error(ErrorKind::kInvalidArgument, message);
}

void CheckInfo(const ModelInfo& info, int channels) {
  Require(info.task == "super-resolution" || info.task == "deblurring",
          "model: unknown task '" + info.task + "'");
  Require(1 <= info.scale && info.scale <= kMaxScale,
          "model: scale " + std::to_string(info.scale) + " is out of range");
  Require(info.pixel_range == 1.0f || info.pixel_range == 255.0f,
          "model: pixel range must be 1 or 255");
  Require(1 <= info.size_multiple && info.size_multiple <= kMaxSizeMultiple,
          "model: size multiple " + std::to_string(info.size_multiple) + " is out of range");
  Require(info.colour == "rgb" || info.colour == "bgr" || info.colour == "y",
          "model: unknown colour '" + info.colour + "'");
  Require(channels == (info.colour == "y" ? 1 : 3), "model: colour '" + info.colour +
                                                        "' does not fit an input of " +
                                                        std::to_string(channels) + " channels");
  Require(static_cast<int>(info.mean.size()) == channels,
          "model: the mean needs one entry an input channel");
  Require(std::all_of(info.mean.begin(), info.mean.end(), [](float m) { return std::isfinite(m); }),
          "model: the mean is not finite");
}

void CheckOutputs(const Model& model) {
  const int multiple = model.info.size_multiple;
  const std::int64_t extent = RoundUp<std::int64_t>(kTrialExtent, multiple);
  const std::vector<Dims> dims = InferDims(model.graph, extent, extent);
  const int channels = model.graph.input_channels();
  for (NodeId id : model.graph.outputs()) {
    Require(dims[id].channels == channels, "model: output '" + model.graph.node(id).name +
                                               "' has " + std::to_string(dims[id].channels) +
                                               " channels instead of " + std::to_string(channels));
  }
  const Dims& last = dims[model.graph.output()];
  const std::int64_t wanted = extent * model.info.scale;
  Require(last.height == wanted && last.width == wanted, "model: the output is not " +
                                                             std::to_string(model.info.scale) +
                                                             " times as large as the input");
}

void CheckWeights(const Model& model) {
  const std::vector<Param>& params = model.graph.params();
  Require(model.weights.size() == params.size(), "model: " + std::to_string(model.weights.size()) +
                                                     " weights for " +
                                                     std::to_string(params.size()) + " params");
  for (std::size_t i = 0; i < params.size(); ++i) {
    const Tensor& weight = model.weights[i];
    Require(weight.shape == params[i].shape && weight.size() == ElementCount(weight.shape),
            "model: weight '" + params[i].name + "' is " + ToString(weight.shape) + " instead of " +
                ToString(params[i].shape));
  }
}

// No group of m consecutive input channels may hold more nonzero weights than the pattern keeps.
void CheckPatternHolds(const std::string& name, const Tensor& weight, const Pattern& pattern) {
  const std::int64_t in = weight.dim(1);
  const std::int64_t taps = weight.dim(2) * weight.dim(3);
  std::vector<int> kept(taps);
  for (std::int64_t o = 0; o < weight.dim(0); ++o) {
    for (std::int64_t begin = 0; begin < in; begin += pattern.m) {
      const std::int64_t end = std::min<std::int64_t>(begin + pattern.m, in);
      const int allowed = KeptInGroup(pattern, static_cast<int>(end - begin));
      std::ranges::fill(kept, 0);
      for (std::int64_t i = begin; i < end; ++i) {
        const float* const w = weight.data.data() + (o * in + i) * taps;
        for (std::int64_t tap = 0; tap < taps; ++tap) kept[tap] += w[tap] != 0.0f;
      }
      if (std::ranges::none_of(kept, [&](int count) { return count > allowed; })) continue;
      throw Error(ErrorKind::kInvalidArgument,
                  "model: weight '" + name + "' has a group with more than " +
                      std::to_string(allowed) + " nonzero weights, against pattern " +
                      ToString(pattern));
    }
  }
}

void CheckPatterns(const Model& model) {
  std::vector<bool> is_conv_weight(model.graph.params().size(), false);
  for (const Node& node : model.graph.nodes()) {
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) is_conv_weight[conv->weight] = true;
  }
  for (const auto& [id, pattern] : model.patterns) {
    Require(0 <= id && id < static_cast<ParamId>(is_conv_weight.size()) && is_conv_weight[id],
            "model: pattern on param " + std::to_string(id) + ", which is no convolution weight");
    const std::string& name = model.graph.param(id).name;
    Require(1 <= pattern.n && pattern.n <= pattern.m && pattern.m <= 256,
            "model: weight '" + name + "' has the impossible pattern " + ToString(pattern));
    CheckPatternHolds(name, model.weights[id], pattern);
  }
}

}  // namespace

InputSize QuotedSize(const ModelInfo& info) {
  const InputSize size = info.scale > 1 ? InputSize{320, 180} : InputSize{1280, 720};
  return {RoundUp(size.width, info.size_multiple), RoundUp(size.height, info.size_multiple)};
}

void Validate(const Model& model) {
  Require(!model.graph.nodes().empty() && !model.graph.outputs().empty(),
          "model: the graph is empty or has no output");
  CheckInfo(model.info, model.graph.input_channels());
  CheckOutputs(model);
  CheckWeights(model);
  CheckPatterns(model);
}

}  // namespace winnow
