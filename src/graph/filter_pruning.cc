#include "graph/filter_pruning.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "graph/shrink.h"

namespace winnow {
namespace {

// Finer than one channel of any layer.
constexpr int kBisections = 24;

// Adds the L1 norms of a weight's filters, which lie along `axis`.
void AddNorms(const Tensor& weight, int axis, const std::vector<int>& sets,
              std::vector<double>& norms) {
  const std::int64_t inner =
      ElementCount(Shape(weight.shape.begin() + axis + 1, weight.shape.end()));
  for (std::int64_t i = 0; i < weight.size(); ++i) {
    norms[sets[i / inner % weight.dim(axis)]] += std::abs(static_cast<double>(weight.data[i]));
  }
}

}  // namespace

std::vector<double> FilterNorms(const Model& model, const ChannelTies& ties) {
  std::vector<double> norms(ties.sets(), 0.0);
  std::set<ParamId> counted;
  const auto add = [&](ParamId id, int axis) {
    if (!counted.insert(id).second) return;
    AddNorms(model.weights[id], axis, ties.OfParam(id, axis), norms);
  };
  for (const Node& node : model.graph.nodes()) {
    if (const auto* conv = std::get_if<Conv2d>(&node.op)) {
      add(conv->weight, 0);
    } else if (const auto* up = std::get_if<ConvTranspose2d>(&node.op)) {
      add(up->weight, FilterAxis(*up, model.graph.param(up->weight).shape));
    }
  }
  return norms;
}

std::vector<bool> KeepLargest(const ChannelTies& ties, const std::vector<double>& norms,
                              double width) {
  std::vector<bool> kept(ties.sets(), true);
  for (std::vector<int> family : ties.families()) {
    std::ranges::stable_sort(family, [&](int a, int b) { return norms[a] > norms[b]; });
    const double wanted = std::round(width * static_cast<double>(family.size()));
    for (std::size_t i = std::max<std::size_t>(1, static_cast<std::size_t>(wanted));
         i < family.size(); ++i) {
      kept[family[i]] = false;
    }
  }
  return kept;
}

FilterPruned PruneFilters(const Model& model, double budget,
                          const std::function<double(const Graph&)>& cost,
                          std::span<const ParamId> whole) {
  const ChannelTies ties(model.graph, whole);
  const std::vector<double> norms = FilterNorms(model, ties);
  const double dense = cost(model.graph);
  const auto cost_at = [&](double width) {
    return cost(RemoveChannels(model.graph, ties, KeepLargest(ties, norms, width))) / dense;
  };
  if (const double least = cost_at(0); least > budget) {
    throw Error(ErrorKind::kInvalidArgument, "filters cannot be pruned to a budget of " +
                                                 ShortText(budget) +
                                                 ": one channel a layer costs " + ShortText(least));
  }
  double low = 0, high = 1;
  if (cost_at(high) <= budget) low = high;
  for (int i = 0; i < kBisections && low < high; ++i) {
    const double middle = (low + high) / 2;
    (cost_at(middle) <= budget ? low : high) = middle;
  }
  return {RemoveChannels(model, ties, KeepLargest(ties, norms, low)), low, cost_at(low)};
}

}  // namespace winnow
