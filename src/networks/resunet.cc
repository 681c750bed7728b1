// UNets with normalised residual blocks at each of their three scales, for deblurring within few
// training steps: normalisation bears ten times the learning rate (Chen et al., Simple Baselines
// for Image Restoration, ECCV 2022, table 1), and blocks at the finer scales draw the edges of
// which the coarsest finds the motion. Everything happens on a picture of half the extent and four
// times the channels, which sees twice as far for a quarter of the multiply-adds.
//
// The steered one is told what the picture says of its blur (motion_sense.h): its body and decoder
// scale and shift their channels by that (Perez et al., FiLM: Visual Reasoning with a General
// Conditioning Layer, AAAI 2018). With `scales` above 1 it also runs, with the same weights, on the
// picture at a half of its extent, a quarter and so on, where wide blur is narrow and noise is
// less, and what is told of the blur says how much of each correction counts where.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "networks/blocks.h"
#include "networks/motion_sense.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kUnshuffle = 2;
constexpr int kCode = 64;  // channels of what is told of the blur
constexpr char kGate[] = "gate.2";

class Resunet {
 public:
  Resunet(bool steered, const Settings& settings)
      : steered_(steered),
        scales_(steered ? settings.at("scales") : 1),
        width_(settings.at("width")),
        outer_(settings.at("outer")),
        blocks_(settings.at("blocks")) {}

  Model Build() {
    const NodeId input = g_.Input(3);
    const NodeId correction = scales_ > 1 ? AtAllScales(input) : AtOneScale(input).correction;

    Model model;
    model.info = DeblurringInfo(/*size_multiple=*/4 * kUnshuffle << (scales_ - 1));
    model.graph = g_.Finish({g_.Add(correction, input)});
    return model;
  }

 private:
  using Code = std::optional<NodeId>;  // what is told of the blur, if anything

  struct Scale {
    NodeId correction;
    Code code;
  };

  // The same names, hence the same weights, whatever the scale.
  Scale AtOneScale(NodeId input) {
    NodeId x = g_.Conv(g_.Apply(PixelUnshuffle{kUnshuffle}, {input}), "entry", width_);
    const NodeId fine = Blocks(x, "fine_in", outer_, 4);
    x = g_.Conv(fine, "down1", 2 * width_, {.stride = 2});
    const NodeId middle = Blocks(x, "middle_in", outer_, 2);
    x = g_.Conv(middle, "down2", 3 * width_, {.stride = 2});
    const Code code = steered_ ? Code(MotionCode(g_, input, kCode)) : std::nullopt;
    x = Blocks(x, "body", blocks_, 1, code);
    x = g_.Add(ConvShuffle(g_, x, "up2", 2 * width_, 2), middle);
    x = Blocks(x, "middle_out", outer_, 2, code);
    x = g_.Add(ConvShuffle(g_, x, "up1", width_, 2), fine);
    x = Blocks(x, "fine_out", outer_, 4, code);
    return {ConvShuffle(g_, x, "exit", 3, kUnshuffle), code};
  }

  // The sum of the corrections at all scales, each colour of each times a weight of its own.
  NodeId AtAllScales(NodeId picture) {
    const Scale full = AtOneScale(picture);
    std::vector<NodeId> corrections = {full.correction}, codes = {*full.code};
    for (int i = 1; i < scales_; ++i) {
      picture = g_.Apply(Pool{PoolKind::kAverage, 2, 2, {}}, {picture});
      const auto [correction, code] = AtOneScale(picture);
      corrections.push_back(g_.Apply(Resize{ResizeMode::kBilinear, 1 << i, 1}, {correction}));
      codes.push_back(g_.Apply(Resize{ResizeMode::kNearest, 1 << i, 1}, {*code}));
    }
    const NodeId hidden = ConvRelu(g_, g_.Concat(codes), "gate.0", kCode);
    const NodeId gate = g_.Conv(hidden, kGate, 3 * scales_, {.kernel = 1});
    const NodeId weights = g_.Apply(Resize{ResizeMode::kBilinear, kMotionReduction, 1}, {gate});
    std::optional<NodeId> sum;
    for (int i = 0; i < scales_; ++i) {
      const NodeId weight = g_.Apply(SliceChannels{3 * i, 3 * (i + 1)}, {weights});
      const NodeId part = g_.Apply(Multiply{}, {corrections[i], weight});
      sum = sum ? g_.Add(*sum, part) : part;
    }
    return *sum;
  }

  // Steered where there is a code; `finer`: the extent here / that of the code.
  NodeId Blocks(NodeId x, const std::string& name, int count, int finer, Code code = {}) {
    for (int i = 0; i < count; ++i) {
      const std::string block = Numbered(name + ".", i) + ".";
      const int channels = g_.channels(x);
      NodeId inner = g_.Conv(g_.LayerNorm(x, block + "norm"), block + "0", channels);
      if (code) inner = Steer(inner, *code, block, finer);
      x = g_.Add(g_.Conv(g_.Apply(Relu{}, {inner}), block + "2", channels), x);
    }
    return x;
  }

  NodeId Steer(NodeId x, NodeId code, const std::string& block, int finer) {
    const auto from_code = [&](const std::string& what) {
      const NodeId value = g_.Conv(code, block + what, g_.channels(x), {.kernel = 1});
      if (finer == 1) return value;
      return g_.Apply(Resize{ResizeMode::kNearest, finer, 1}, {value});
    };
    const NodeId scaled = g_.Apply(Multiply{}, {x, from_code("scale")});
    return g_.Add(scaled, from_code("shift"));
  }

  GraphBuilder g_;
  bool steered_;
  int scales_;
  int width_, outer_, blocks_;
};

std::optional<Settings> SettingsOf(const TensorShapes& tensors, bool steered) {
  const auto width = FiltersOf(tensors, "entry.weight");
  const int outer = CountNumbered(tensors, "fine_in.", ".norm.weight");
  const int blocks = CountNumbered(tensors, "body.", ".norm.weight");
  if (!width || outer == 0 || blocks == 0) return std::nullopt;
  if (tensors.contains("motion.filters.weight") != steered) return std::nullopt;
  Settings settings{{"width", *width}, {"outer", outer}, {"blocks", blocks}};
  if (steered)
    settings["scales"] = FiltersOf(tensors, std::string(kGate) + ".weight").value_or(3) / 3;
  return settings;
}

}  // namespace

Model BuildResunet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  return Resunet(/*steered=*/false, settings).Build();
}

Model BuildSteeredUnet(int scale, const Settings& settings) {
  RequireScale(scale, {1});
  return Resunet(/*steered=*/true, settings).Build();
}

std::optional<Settings> ResunetSettings(const TensorShapes& tensors) {
  return SettingsOf(tensors, /*steered=*/false);
}

std::optional<Settings> SteeredUnetSettings(const TensorShapes& tensors) {
  return SettingsOf(tensors, /*steered=*/true);
}

// Scales of channels begin around 1, so that blocks begin as those of a network that is told
// nothing; and each scale of the picture counts half as much as the one before, wherever it is.
void BeginSteeredUnet(const Graph& graph, std::vector<Tensor>& weights) {
  constexpr float kFinest = 2.0f / 3;
  BeginMotionCode(graph, weights);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string& name = graph.params()[i].name;
    auto& values = weights[i].data;
    if (name.ends_with(".scale.bias")) std::ranges::fill(values, 1.0f);
    if (name == std::string(kGate) + ".weight") std::ranges::fill(values, 0.0f);
    if (name != std::string(kGate) + ".bias") continue;
    for (std::size_t k = 0; k < values.size(); ++k) {
      values[k] = std::ldexp(kFinest, -static_cast<int>(k / 3));
    }
  }
}

}  // namespace winnow
