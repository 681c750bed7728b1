#include "graph/receptive_field.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

namespace winnow {
namespace {

// Beyond these no tiling makes sense, and the arithmetic below stays far from overflow.
constexpr std::int64_t kMaxRatio = 1 << 16;
constexpr std::int64_t kMaxReach = std::int64_t{1} << 30;

// Pixels of a node per pixel of the input, in lowest terms.
struct Ratio {
  std::int64_t num = 1;
  std::int64_t den = 1;
  bool operator==(const Ratio&) const = default;
};

Ratio Scaled(Ratio ratio, std::int64_t num, std::int64_t den) {
  ratio = {ratio.num * num, ratio.den * den};
  const std::int64_t common = std::gcd(ratio.num, ratio.den);
  return {ratio.num / common, ratio.den / common};
}

Ratio ScaledBy(const Op& op, const Ratio& in) {
  return std::visit(
      Overloaded{[&](const Conv2d& o) { return Scaled(in, 1, o.stride); },
                 [&](const ConvTranspose2d& o) { return Scaled(in, o.stride, 1); },
                 [&](const Pool& o) { return Scaled(in, 1, o.stride); },
                 [&](const PixelShuffle& o) { return Scaled(in, o.factor, 1); },
                 [&](const PixelUnshuffle& o) { return Scaled(in, 1, o.factor); },
                 [&](const Resize& o) { return Scaled(in, o.numerator, o.denominator); },
                 [&](const auto&) { return in; }},
      op);
}

// Pixels first..last of one axis; empty when last < first.
struct Range {
  std::int64_t first = 0;
  std::int64_t last = -1;
  bool empty() const { return last < first; }
};

Range Hull(const Range& a, const Range& b) {
  if (a.empty()) return b;
  return {std::min(a.first, b.first), std::max(a.last, b.last)};
}

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && a < 0); }

Range WindowInput(const Range& out, std::int64_t stride, std::int64_t pad, std::int64_t reach) {
  return {out.first * stride - pad, out.last * stride - pad + reach};
}

// The pixels an operator reads to make `out`, on an unbounded plane.
class InputRange {
 public:
  InputRange(const Graph& graph, Axis axis, Range out)
      : graph_(graph), vertical_(axis == Axis::kHeight), out_(out) {}

  Range operator()(const Conv2d& op) const {
    return WindowInput(out_, op.stride, Before(op.pads), Reach(op.weight, op.dilation));
  }

  Range operator()(const ConvTranspose2d& op) const {
    // Input i reaches the outputs i * stride - pad + [0, reach].
    const std::int64_t pad = Before(op.pads);
    const std::int64_t reach = Reach(op.weight, op.dilation);
    return {-FloorDiv(reach - pad - out_.first, op.stride), FloorDiv(out_.last + pad, op.stride)};
  }

  Range operator()(const Pool& op) const {
    return WindowInput(out_, op.stride, Before(op.pads), op.kernel - 1);
  }

  Range operator()(const Pad& op) const { return WindowInput(out_, 1, Before(op.pads), 0); }

  Range operator()(const PixelShuffle& op) const {
    return {FloorDiv(out_.first, op.factor), FloorDiv(out_.last, op.factor)};
  }

  Range operator()(const PixelUnshuffle& op) const {
    return WindowInput(out_, op.factor, 0, op.factor - 1);
  }

  Range operator()(const Resize& op) const {
    const std::int64_t num = op.numerator;
    const std::int64_t den = op.denominator;
    if (op.mode == ResizeMode::kNearest) {
      return {FloorDiv(out_.first * den, num), FloorDiv(out_.last * den, num)};
    }
    const auto left_tap = [&](std::int64_t i) {
      return FloorDiv((2 * i + 1) * den - num, 2 * num);
    };
    return {left_tap(out_.first), left_tap(out_.last) + 1};
  }

  template <typename Pointwise>
  Range operator()(const Pointwise&) const {
    return out_;
  }

 private:
  std::int64_t Before(const Pads& pads) const { return vertical_ ? pads.top : pads.left; }

  std::int64_t Reach(ParamId weight, std::int64_t dilation) const {
    return (graph_.param(weight).shape[vertical_ ? 2 : 3] - 1) * dilation;
  }

  const Graph& graph_;
  bool vertical_;
  Range out_;
};

std::vector<bool> NodesBehindOutput(const Graph& graph) {
  std::vector<bool> live(graph.nodes().size(), false);
  live[graph.output()] = true;
  for (NodeId id = graph.output(); id >= 0; --id) {
    if (!live[id]) continue;
    for (NodeId input : graph.node(id).inputs) live[input] = true;
  }
  return live;
}

// Why the node ties its result to the whole image; nothing when it does not.
std::optional<std::string> WholeImageReason(const Node& node) {
  const auto spatial = [](Axis axis) { return axis != Axis::kChannel; };
  if (std::holds_alternative<GlobalPool>(node.op)) return "pools over the whole image";
  if (std::holds_alternative<SplitSpatial>(node.op)) return "splits the image into patches";
  if (const auto* op = std::get_if<Concat>(&node.op); op != nullptr && spatial(op->axis)) {
    return "joins patches of the image";
  }
  if (std::holds_alternative<Resize>(node.op) && node.inputs.size() == 2) {
    return "resizes to the extent of another tensor";
  }
  return std::nullopt;
}

ReceptiveField Unbounded(const Node& node, const std::string& why) {
  ReceptiveField field;
  field.finite = false;
  field.reason = "node '" + node.name + "' (" + std::string(OpName(node.op)) + ") " + why;
  return field;
}

// Input pixels read for the output pixels that belong to the input pixels [0, alignment): alignment
// is the period of the network, so every larger tile reaches equally far. Nothing when it goes
// beyond kMaxReach.
std::optional<Range> InputOfOnePeriod(const Graph& graph, const std::vector<bool>& live, Axis axis,
                                      std::int64_t alignment, const Ratio& scale) {
  std::vector<Range> wanted(graph.nodes().size());
  wanted[graph.output()] = {0, alignment * scale.num / scale.den - 1};
  for (NodeId id = graph.output(); id > 0; --id) {
    if (!live[id]) continue;
    const Node& node = graph.node(id);
    const Range in = std::visit(InputRange(graph, axis, wanted[id]), node.op);
    if (std::max(-in.first, in.last) > kMaxReach) return std::nullopt;
    for (NodeId input : node.inputs) wanted[input] = Hull(wanted[input], in);
  }
  return wanted[0];
}

}  // namespace

ReceptiveField FindReceptiveField(const Graph& graph) {
  const std::vector<bool> live = NodesBehindOutput(graph);
  std::vector<Ratio> ratios(graph.nodes().size());
  std::int64_t alignment = 1;
  for (NodeId id = 1; id <= graph.output(); ++id) {
    if (!live[id]) continue;
    const Node& node = graph.node(id);
    if (const auto why = WholeImageReason(node)) return Unbounded(node, *why);
    for (NodeId input : node.inputs) {
      if (ratios[input] != ratios[node.inputs[0]]) {
        return Unbounded(node, "joins tensors of different scales");
      }
    }
    ratios[id] = ScaledBy(node.op, ratios[node.inputs[0]]);
    if (std::max(ratios[id].num, ratios[id].den) > kMaxRatio) {
      return Unbounded(node, "has an extreme scale");
    }
    alignment = std::lcm(alignment, ratios[id].den);
    if (alignment > kMaxRatio) return Unbounded(node, "has an extreme stride");
  }

  ReceptiveField field;
  field.alignment = static_cast<int>(alignment);
  field.scale_numerator = static_cast<int>(ratios[graph.output()].num);
  field.scale_denominator = static_cast<int>(ratios[graph.output()].den);
  for (Axis axis : {Axis::kHeight, Axis::kWidth}) {
    const auto range = InputOfOnePeriod(graph, live, axis, alignment, ratios[graph.output()]);
    if (!range) return Unbounded(graph.node(graph.output()), "looks extremely far");
    const std::int64_t beyond = std::max(-range->first, range->last - (alignment - 1));
    field.halo = std::max(field.halo, static_cast<int>(beyond));
  }
  return field;
}

}  // namespace winnow
