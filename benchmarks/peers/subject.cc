#include "subject.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <type_traits>

#include "app/input_size.h"
#include "base/error.h"
#include "base/random.h"
#include "formats/model_file.h"
#include "graph/builder.h"
#include "graph/cost.h"
#include "graph/shapes.h"
#include "networks/registry.h"
#include "sparsity/ranks.h"
#include "training/initial_weights.h"

namespace winnow::peers {
namespace {

constexpr int kGroup = 32;
constexpr int kWidth = 320, kHeight = 180;
constexpr int kLargeWidth = 1280, kLargeHeight = 720;

// Random weights under which a convolution keeps the variance of its input: signals neither die out
// nor grow until rounding decides the result, so that comparing results means something.
std::vector<Tensor> RandomWeights(const Graph& graph) {
  Random random(1);
  std::vector<Tensor> weights = InitialWeights(graph, random);  // a third of that variance
  const float gain = std::sqrt(3.0f);
  for (Tensor& weight : weights) {
    if (weight.shape.size() != 4) continue;
    for (float& value : weight.data) value *= gain;
  }
  return weights;
}

// With the smallest weights of every group of some convolutions set to zero.
Model Pruned(const Model& dense, const std::vector<NodeId>& layers, const Pattern& pattern) {
  Model model = dense;
  for (NodeId id : layers) {
    const ParamId param = std::get<Conv2d>(model.graph.node(id).op).weight;
    Tensor& weight = model.weights[param];
    ApplyMask(Ranks(weight.data, weight.shape, pattern.m), pattern.n, weight.data);
    model.patterns[param] = pattern;
  }
  return model;
}

// Keeping so many of every 32 weights.
std::vector<Variant> Variants(const Model& dense, const std::vector<NodeId>& layers,
                              const std::vector<int>& kept) {
  const auto model = std::make_shared<const Model>(dense);
  std::vector<Variant> variants;
  for (int n : kept) {
    const Pattern pattern = {n, kGroup};
    variants.push_back({ToString(pattern), [=] { return Pruned(*model, layers, pattern); }});
  }
  return variants;
}

struct LayerSize {
  int in, out, kernel, stride, width, height;
};

Subject Layer(const LayerSize& size, const std::vector<int>& kept) {
  GraphBuilder g;
  const NodeId conv =
      g.Conv(g.Input(size.in), "conv", size.out, {.kernel = size.kernel, .stride = size.stride});
  const std::string k = std::to_string(size.kernel);
  Subject subject;
  subject.name = k + "x" + k + " " + std::to_string(size.in) + "->" + std::to_string(size.out) +
                 (size.stride == 1 ? "" : " stride " + std::to_string(size.stride)) + " at " +
                 std::to_string(size.width) + "x" + std::to_string(size.height);
  subject.kind = SubjectKind::kLayer;
  subject.model.graph = g.Finish({conv});
  subject.model.weights = RandomWeights(subject.model.graph);
  subject.height = size.height;
  subject.width = size.width;
  subject.variants = Variants(subject.model, {conv}, kept);
  return subject;
}

Subject Network(const std::string& name, const NetworkOptions& options,
                const std::vector<int>& kept) {
  Subject subject;
  subject.name = name;
  subject.model = BuildNetwork(name, options);
  subject.model.weights = RandomWeights(subject.model.graph);
  subject.height = kHeight;
  subject.width = kWidth;
  subject.variants = Variants(subject.model, PrunableConvs(subject.model.graph), kept);
  return subject;
}

// Of a Conv2d or ConvTranspose2d.
template <typename Convolution>
ConvLayer LayerOf(const Graph& graph, const Node& node, const Convolution& op, const Dims& in,
                  const Dims& out) {
  if (op.dilation != 1) {
    throw Error(ErrorKind::kUnsupported, "convolution '" + node.name + "' is dilated");
  }
  const Shape& weight = graph.param(op.weight).shape;
  ConvLayer layer = {.in = in.channels,
                     .out = out.channels,
                     .height = in.height,
                     .width = in.width,
                     .out_height = out.height,
                     .out_width = out.width,
                     .kernel_height = weight[2],
                     .kernel_width = weight[3],
                     .stride = op.stride,
                     .pads = op.pads,
                     .groups = op.groups};
  if constexpr (std::is_same_v<Convolution, ConvTranspose2d>) {
    layer.transposed = true;
    layer.pads.bottom -= op.output_padding;
    layer.pads.right -= op.output_padding;
  }
  return layer;
}

// Nothing for other operators.
std::optional<ConvLayer> LayerOf(const Graph& graph, NodeId id, const std::vector<Dims>& dims) {
  const Node& node = graph.node(id);
  const auto layer = [&](const auto& op) {
    return LayerOf(graph, node, op, dims[node.inputs[0]], dims[id]);
  };
  if (const auto* conv = std::get_if<Conv2d>(&node.op)) return layer(*conv);
  if (const auto* conv = std::get_if<ConvTranspose2d>(&node.op)) return layer(*conv);
  return std::nullopt;
}

// kNoParam for a node without.
ParamId WeightOf(const Node& node) {
  if (const auto* conv = std::get_if<Conv2d>(&node.op)) return conv->weight;
  if (const auto* conv = std::get_if<ConvTranspose2d>(&node.op)) return conv->weight;
  return kNoParam;
}

}  // namespace

std::vector<Subject> AllSubjects() {
  std::vector<Subject> subjects;
  subjects.push_back(Layer({64, 64, 3, 1, kWidth, kHeight}, {16, 8, 4, 2, 1}));
  subjects.push_back(Layer({256, 64, 1, 1, kWidth, kHeight}, {16, 8, 4, 2, 1}));
  subjects.push_back(Layer({64, 3, 3, 1, kLargeWidth, kLargeHeight}, {}));
  subjects.push_back(Layer({32, 32, 5, 1, kLargeWidth, kLargeHeight}, {8, 4, 2}));
  subjects.push_back(Layer({32, 64, 5, 2, kLargeWidth, kLargeHeight}, {8, 4, 2}));
  // Further down the pyramids of networks that remove blur from 1280x720.
  subjects.push_back(Layer({64, 64, 5, 1, kLargeWidth / 2, kLargeHeight / 2}, {8, 4, 2}));
  subjects.push_back(Layer({64, 128, 5, 2, kLargeWidth / 2, kLargeHeight / 2}, {8, 4, 2}));
  subjects.push_back(Layer({64, 128, 3, 2, kLargeWidth / 2, kLargeHeight / 2}, {8, 4, 2}));
  subjects.push_back(Layer({128, 128, 5, 1, kLargeWidth / 4, kLargeHeight / 4}, {8, 4, 2}));
  subjects.push_back(Layer({128, 128, 3, 1, kWidth, kHeight}, {8, 4, 2}));
  subjects.push_back(Layer({192, 192, 3, 1, kWidth, kHeight}, {8, 4, 2}));
  subjects.push_back(Network("carn", {.scale = 4, .settings = {}}, {8, 4, 2}));
  subjects.push_back(Network("rfdn", {.scale = 4, .settings = {}}, {8}));
  subjects.push_back(Network("srvgg", {.scale = 4, .settings = {{"blocks", 16}}}, {8}));
  subjects.push_back(Network("edsr", {.scale = 4, .settings = {}}, {8, 4, 2}));
  subjects.back().by_default = false;
  return subjects;
}

Subject FromFiles(const std::vector<std::string>& files, int width, int height) {
  Subject subject;
  subject.model = ReadModel(files[0]);
  subject.name = subject.model.info.name;
  subject.width = width;
  subject.height = height;
  RequireInputSize(subject.model, width, height);
  for (std::size_t i = 1; i < files.size(); ++i) {
    const auto model = std::make_shared<const Model>(ReadModel(files[i]));
    if (model->graph.input_channels() != subject.model.graph.input_channels()) {
      throw Error(ErrorKind::kInvalidArgument,
                  files[i] + ": takes other pictures than " + files[0]);
    }
    subject.variants.push_back({model->info.name, [model] { return *model; }});
  }
  return subject;
}

Tensor InputOf(const Subject& subject) {
  Random random(2);
  Tensor input({subject.model.graph.input_channels(), subject.height, subject.width});
  for (float& value : input.data) {
    value = static_cast<float>(random.Uniform() - 0.5) * subject.model.info.pixel_range;
  }
  return input;
}

double Gmacs(const Subject& subject, const Model& model) {
  const std::vector<Dims> dims = InferDims(model.graph, subject.height, subject.width);
  double macs = 0;
  for (NodeId id = 0; id < static_cast<NodeId>(dims.size()); ++id) {
    const ParamId param = WeightOf(model.graph.node(id));
    if (param == kNoParam) continue;
    const Tensor& weight = model.weights[param];
    const auto used = weight.size() - std::ranges::count(weight.data, 0.0f);
    macs += static_cast<double>(NodeMacs(model.graph, id, dims)) * used / weight.size();
  }
  return macs / 1e9;
}

std::vector<CountedLayer> ConvLayersOf(const Subject& subject) {
  const Graph& graph = subject.model.graph;
  const std::vector<Dims> dims = InferDims(graph, subject.height, subject.width);
  std::vector<CountedLayer> layers;
  for (NodeId id = 0; id < static_cast<NodeId>(dims.size()); ++id) {
    const std::optional<ConvLayer> layer = LayerOf(graph, id, dims);
    if (!layer) continue;
    const auto known = std::ranges::find(layers, *layer, &CountedLayer::layer);
    if (known == layers.end()) {
      layers.push_back({*layer, 1});
    } else {
      ++known->count;
    }
  }
  return layers;
}

}  // namespace winnow::peers
