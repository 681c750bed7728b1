#include "networks/motion_sense.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
#include <set>
#include <utility>
#include <variant>

#include "networks/blocks.h"

namespace winnow {
namespace {

// The filters see the picture unshuffled by 2, so that each looks once at every 2x2 pixels.
constexpr int kUnshuffle = 2;
constexpr int kKernel = 9;  // of unshuffled pixels
constexpr int kPool = kMotionReduction / kUnshuffle;
constexpr int kHidden = 128;

// Widths of the windows that differences are averaged over, in units of the code: objects that move
// on their own need small ones, certainty large ones. The second counts on top of the first.
constexpr int kNearWindow = 5;
constexpr int kFarWindow = 9;

struct Tap {
  int x = 0;
  int y = 0;
  float weight = 0;
};

// Differences are taken of the picture itself (0) and of its second derivatives at two spacings.
constexpr int kSpacings[] = {0, 1, 2};

std::vector<Tap> Derivative(int spacing) {
  if (spacing == 0) return {{0, 0, 1}};
  return {{0, 0, 4}, {spacing, 0, -1}, {-spacing, 0, -1}, {0, spacing, -1}, {0, -spacing, -1}};
}

// The displacements, in pixels, rounded from eight directions of half a turn.
std::set<std::pair<int, int>> Displacements() {
  constexpr int kDirections = 8;
  std::set<std::pair<int, int>> result;
  for (int length : {1, 2, 3, 4, 6}) {
    for (int i = 0; i < kDirections; ++i) {
      const double angle = std::numbers::pi * i / kDirections;
      result.emplace(std::lround(length * std::cos(angle)), std::lround(length * std::sin(angle)));
    }
  }
  return result;
}

int Filters() { return static_cast<int>(std::size(kSpacings) * Displacements().size()); }

// Adds to a filter's weight for the pixel (x, y) from the upper left of the 2x2 it stands on.
void AddTap(Tensor& weight, int filter, int x, int y, float value) {
  constexpr int kOrigin = kKernel / 2 * kUnshuffle;
  const int column = kOrigin + x, row = kOrigin + y;
  const int channel = row % kUnshuffle * kUnshuffle + column % kUnshuffle;
  const int at =
      ((filter * kUnshuffle * kUnshuffle + channel) * kKernel + row / kUnshuffle) * kKernel +
      column / kUnshuffle;
  weight.data[at] += value;
}

NodeId Mean(GraphBuilder& g, NodeId x, int window) {
  return g.Apply(Pool{PoolKind::kAverage, window, 1, UniformPads(window / 2)}, {x});
}

// The mean absolute differences around every 8x8 pixels. Training leaves them as they are: a filter
// whose weights do not sum to 0 any more hears little but brightness.
NodeId Differences(GraphBuilder& g, NodeId picture) {
  const NodeId grey = g.Conv(picture, "motion.grey", 1, {.kernel = 1, .bias = false});
  const NodeId differences = g.Conv(g.Apply(PixelUnshuffle{kUnshuffle}, {grey}), "motion.filters",
                                    Filters(), {.kernel = kKernel, .pad = 0, .bias = false});
  const NodeId absolute = g.Apply(LeakyRelu{-1.0f}, {differences});
  // Where a filter would reach beyond the edge nothing is counted, in any direction: zeros make all
  // means smaller alike, which normalisation takes back. Whatever else stood there would look like
  // blur along the edge, of which patches have more than pictures.
  static_assert(kKernel / 2 == kPool);
  const NodeId inner = g.Apply(Pool{PoolKind::kAverage, kPool, kPool, {}}, {absolute});
  const NodeId means = g.Apply(Pad{PadMode::kZero, UniformPads(1)}, {inner});
  return g.Apply(StopGradient{}, {means});
}

// Normalised over everything and over each kind of derivative by itself: the one tells how kinds
// compare, the other what directions do, which is lost beside those.
void AppendNormalised(GraphBuilder& g, NodeId means, const std::string& name,
                      std::vector<NodeId>& parts) {
  parts.push_back(g.LayerNorm(means, name));
  const int count = static_cast<int>(Displacements().size());
  for (int kind = 0; kind < static_cast<int>(std::size(kSpacings)); ++kind) {
    const NodeId part = g.Apply(SliceChannels{kind * count, (kind + 1) * count}, {means});
    parts.push_back(g.LayerNorm(part, Numbered(name, kind)));
  }
}

}  // namespace

NodeId MotionCode(GraphBuilder& g, NodeId picture, int channels) {
  const NodeId near = Mean(g, Differences(g, picture), kNearWindow);
  const NodeId far = Mean(g, near, kFarWindow);
  std::vector<NodeId> parts;
  AppendNormalised(g, near, "motion.near", parts);
  AppendNormalised(g, far, "motion.far", parts);
  const NodeId hidden = ConvRelu(g, g.Concat(parts), "motion.0", kHidden, {.kernel = 1});
  const NodeId estimate = g.Conv(hidden, kMotionEstimate, 3, {.kernel = 1});
  return ConvRelu(g, g.Concat({estimate, hidden}), "motion.2", channels, {.kernel = 1});
}

void BeginMotionCode(const Graph& graph, std::vector<Tensor>& weights) {
  // What tells of blur varies little beside what all pictures have in common: a gain makes it as
  // quick to learn as if it had been normalised by itself.
  constexpr float kGain = 3;
  for (const Node& node : graph.nodes()) {
    const auto* norm = std::get_if<LayerNorm>(&node.op);
    if (norm == nullptr || !node.name.starts_with("motion.")) continue;
    for (float& value : weights[norm->weight].data) value = kGain;
  }
  Tensor& grey = weights[graph.FindParam("motion.grey.weight")];
  for (float& value : grey.data) value = 1.0f / 3;
  Tensor& filters = weights[graph.FindParam("motion.filters.weight")];
  for (float& value : filters.data) value = 0;
  int filter = 0;
  for (const int spacing : kSpacings) {
    const std::vector<Tap> derivative = Derivative(spacing);
    for (const auto& [dx, dy] : Displacements()) {
      for (const Tap& tap : derivative) {
        AddTap(filters, filter, tap.x, tap.y, tap.weight);
        AddTap(filters, filter, tap.x + dx, tap.y + dy, -tap.weight);
      }
      ++filter;
    }
  }
}

}  // namespace winnow
