// UNets with normalised residual blocks at each of their three scales, for deblurring within few
// training steps: normalisation bears ten times the learning rate (Chen et al., Simple Baselines
// for Image Restoration, ECCV 2022, table 1), and blocks at the finer scales draw the edges of
// which the coarsest finds the motion. Everything happens on a picture of half the extent and four
// times the channels, which sees twice as far for a quarter of the multiply-adds.
//
// The steered one is told what the picture says of its blur (motion_sense.h): its body and decoder
// scale and shift their channels by that (Perez et al., FiLM: Visual Reasoning with a General
// Conditioning Layer, AAAI 2018).
#include <optional>

#include "networks/blocks.h"
#include "networks/motion_sense.h"
#include "networks/networks.h"

namespace winnow {
namespace {

constexpr int kUnshuffle = 2;
constexpr int kCode = 64;  // channels of what is told of the blur

class Resunet {
 public:
  Resunet(bool steered, const Settings& settings)
      : steered_(steered),
        width_(settings.at("width")),
        outer_(settings.at("outer")),
        blocks_(settings.at("blocks")) {}

  Model Build() {
    const NodeId input = g_.Input(3);
    NodeId x = g_.Conv(g_.Apply(PixelUnshuffle{kUnshuffle}, {input}), "entry", width_);
    const NodeId fine = Blocks(x, "fine_in", outer_, 4);
    x = g_.Conv(fine, "down1", 2 * width_, {.stride = 2});
    const NodeId middle = Blocks(x, "middle_in", outer_, 2);
    x = g_.Conv(middle, "down2", 3 * width_, {.stride = 2});
    if (steered_) code_ = MotionCode(g_, input, kCode);
    x = Blocks(x, "body", blocks_, 1);
    x = g_.Add(ConvShuffle(g_, x, "up2", 2 * width_, 2), middle);
    x = Blocks(x, "middle_out", outer_, 2);
    x = g_.Add(ConvShuffle(g_, x, "up1", width_, 2), fine);
    x = Blocks(x, "fine_out", outer_, 4);
    const NodeId correction = ConvShuffle(g_, x, "exit", 3, kUnshuffle);

    Model model;
    model.info = DeblurringInfo(/*size_multiple=*/4 * kUnshuffle);
    model.graph = g_.Finish({g_.Add(correction, input)});
    return model;
  }

 private:
  // Steered as soon as there is a code; `finer`: the extent here / that of the code.
  NodeId Blocks(NodeId x, const std::string& name, int count, int finer) {
    for (int i = 0; i < count; ++i) {
      const std::string block = Numbered(name + ".", i) + ".";
      const int channels = g_.channels(x);
      NodeId inner = g_.Conv(g_.LayerNorm(x, block + "norm"), block + "0", channels);
      if (code_) inner = Steer(inner, block, finer);
      x = g_.Add(g_.Conv(g_.Apply(Relu{}, {inner}), block + "2", channels), x);
    }
    return x;
  }

  NodeId Steer(NodeId x, const std::string& block, int finer) {
    const auto from_code = [&](const std::string& what) {
      const NodeId value = g_.Conv(*code_, block + what, g_.channels(x), {.kernel = 1});
      if (finer == 1) return value;
      return g_.Apply(Resize{ResizeMode::kNearest, finer, 1}, {value});
    };
    const NodeId scaled = g_.Apply(Multiply{}, {x, from_code("scale")});
    return g_.Add(scaled, from_code("shift"));
  }

  GraphBuilder g_;
  bool steered_;
  int width_, outer_, blocks_;
  std::optional<NodeId> code_;
};

std::optional<Settings> SettingsOf(const TensorShapes& tensors, bool steered) {
  const auto width = FiltersOf(tensors, "entry.weight");
  const int outer = CountNumbered(tensors, "fine_in.", ".norm.weight");
  const int blocks = CountNumbered(tensors, "body.", ".norm.weight");
  if (!width || outer == 0 || blocks == 0) return std::nullopt;
  if (tensors.contains("motion.filters.weight") != steered) return std::nullopt;
  return Settings{{"width", *width}, {"outer", outer}, {"blocks", blocks}};
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

// Scales begin around 1, so that blocks begin as those of a network that is told nothing.
void BeginSteeredUnet(const Graph& graph, std::vector<Tensor>& weights) {
  BeginMotionCode(graph, weights);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!graph.params()[i].name.ends_with(".scale.bias")) continue;
    for (float& value : weights[i].data) value = 1;
  }
}

}  // namespace winnow
