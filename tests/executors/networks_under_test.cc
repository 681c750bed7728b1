#include "executors/networks_under_test.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "engine/bounds.h"
#include "graph/cost.h"
#include "graph/shapes.h"
#include "networks/registry.h"

namespace winnow {
namespace {

Tensor RandomParam(const Param& param, Random& random) {
  Tensor t(param.shape);
  if (param.shape.size() == 4) {
    const double fan_in = static_cast<double>(param.shape[1] * param.shape[2] * param.shape[3]);
    const double density = random.Coin() ? 1.0 : random.Uniform();
    for (float& w : t.data) {
      w = random.Uniform() < density
              ? static_cast<float>(random.Normal() * std::sqrt(2 / (fan_in * density)))
              : 0.0f;
    }
  } else {
    for (float& w : t.data) w = static_cast<float>(0.2 * random.Normal());
  }
  return t;
}

bool Accepts(const Model& model, Size size) {
  try {
    InferDims(model.graph, size.height, size.width);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::vector<Tensor> RandomWeights(const Graph& graph, std::uint64_t seed) {
  Random random(seed);
  std::vector<Tensor> weights;
  for (const Param& param : graph.params()) weights.push_back(RandomParam(param, random));
  return weights;
}

Model SmallNetwork(const std::string& name, const std::map<std::string, int>& settings) {
  static const std::map<std::string, int> kSmall = {
      {"width", 16}, {"blocks", 2}, {"levels", 3}, {"enc4", 2}};
  const std::vector<NetworkRow>& rows = Networks();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const NetworkRow& r) { return r.name == name; });
  NetworkOptions options;
  for (const auto& [key, value] : row->settings) {
    if (kSmall.contains(key)) options.settings[key] = std::min(value, kSmall.at(key));
  }
  for (const auto& [key, value] : settings) options.settings[key] = value;
  Model model = BuildNetwork(name, options);
  Random random(2024);
  for (const Param& param : model.graph.params())
    model.weights.push_back(RandomParam(param, random));
  return model;
}

std::vector<Size> SizesFor(const Model& model, std::int64_t max_macs) {
  const std::int64_t multiple = model.info.size_multiple;
  const auto round_up = [&](std::int64_t n) { return (n + multiple - 1) / multiple * multiple; };
  std::vector<Size> sizes;
  for (const Size wanted : {Size{1, 1}, Size{5, 7}, Size{17, 19}, Size{33, 20}}) {
    const Size size = {round_up(wanted.height), round_up(wanted.width)};
    if (!Accepts(model, size)) continue;
    if (CountCost(model.graph, size.height, size.width).conv_macs <= max_macs)
      sizes.push_back(size);
  }
  return sizes;
}

Tensor RandomInput(std::int64_t channels, Size size, std::uint64_t seed) {
  Tensor input({channels, size.height, size.width});
  Random random(seed);
  for (float& v : input.data) v = static_cast<float>(random.Normal());
  return input;
}

WorstNode FindWorstNode(const Model& model, const Tensor& input, const std::vector<Tensor>& nodes) {
  const Graph& graph = model.graph;
  const std::vector<Dims> dims = InferDims(graph, input.dim(1), input.dim(2));
  WorstNode worst;
  for (NodeId id = 1; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Tensor& result = nodes[id - 1];
    if (result.shape != Shape{dims[id].channels, dims[id].height, dims[id].width}) {
      return {std::numeric_limits<double>::infinity(), graph.node(id).name};
    }
    std::vector<const Tensor*> inputs;
    for (NodeId in : graph.node(id).inputs) inputs.push_back(in == 0 ? &input : &nodes[in - 1]);
    const double deviation = WorstDeviation(model, id, inputs, result);
    if (deviation > worst.deviation) worst = {deviation, graph.node(id).name};
  }
  return worst;
}

std::vector<std::string> NetworkNames() {
  std::vector<std::string> names;
  for (const NetworkRow& row : Networks()) names.push_back(row.name);
  return names;
}

}  // namespace winnow
