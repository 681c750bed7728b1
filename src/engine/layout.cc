#include "engine/layout.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace winnow {
namespace {

struct Ratio {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  bool operator==(const Ratio&) const = default;
};

Ratio Reduced(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t divisor = std::gcd(numerator, denominator);
  return {numerator / divisor, denominator / divisor};
}
Ratio operator*(Ratio a, Ratio b) {
  return Reduced(a.numerator * b.numerator, a.denominator * b.denominator);
}
Ratio operator/(Ratio a, Ratio b) { return a * Ratio{b.denominator, b.numerator}; }

// Sets of results whose spans are tied: union-find with the span's ratio to that of the set's root.
class TiedSpans {
 public:
  explicit TiedSpans(std::size_t count) : links_(count) {
    for (std::size_t i = 0; i < count; ++i) links_[i].root = static_cast<NodeId>(i);
  }

  struct Link {
    NodeId root = 0;
    Ratio ratio;  // span / span of root
  };

  Link Find(NodeId id) const {
    Link link = links_[id];
    while (links_[link.root].root != link.root) {
      link.ratio = link.ratio * links_[link.root].ratio;
      link.root = links_[link.root].root;
    }
    return link;
  }

  // Demands span(a) = ratio * span(b). False when that contradicts earlier demands.
  bool Tie(NodeId a, NodeId b, Ratio ratio) {
    const Link of_a = Find(a);
    const Link of_b = Find(b);
    const Ratio root_ratio = ratio * of_b.ratio / of_a.ratio;  // root of a / root of b
    if (of_a.root == of_b.root) return root_ratio == Ratio{};
    links_[of_a.root] = {of_b.root, root_ratio};
    return true;
  }

 private:
  std::vector<Link> links_;
};

// The span of an operator's result / that of its inputs; none when it moves pixels between lanes.
struct SpanRatio {
  const Node& node;
  const Dims& out;

  using Result = std::optional<Ratio>;

  Result operator()(const Conv2d& op) const {
    if (op.stride > 2) return {};
    return Ratio{1, op.stride};
  }
  Result operator()(const ConvTranspose2d& op) const {
    if (out.height % op.stride != 0 || out.width % op.stride != 0) return {};
    return Ratio{op.stride, 1};
  }
  Result operator()(const Concat& op) const { return Unless(op.axis == Axis::kWidth); }
  Result operator()(const SplitSpatial& op) const { return Unless(op.axis == Axis::kWidth); }
  Result operator()(const PixelShuffle& op) const { return Ratio{op.factor, 1}; }
  Result operator()(const Resize& op) const {
    if (IsWholeUpsample(node)) return Ratio{op.numerator / op.denominator, 1};
    return Unless(op.mode != ResizeMode::kBilinear);
  }
  Result operator()(const Pad&) const { return {}; }
  Result operator()(const PixelUnshuffle&) const { return {}; }
  template <typename Elementwise>
  Result operator()(const Elementwise&) const {
    return Ratio{};
  }

 private:
  static Result Unless(bool moves) { return moves ? Result{} : Ratio{}; }
};

bool IsSingle(const Dims& d) { return d.height == 1 && d.width == 1; }

// Inputs that the operator reduces to, or reads as, one value a channel leave the spans free, as do
// those whose pixels its kernel moves between lanes.
bool IsFree(const Node& node, const Dims& in, const Dims& out) {
  if (std::holds_alternative<GlobalPool>(node.op) || std::holds_alternative<Pool>(node.op) ||
      (std::holds_alternative<Resize>(node.op) && !IsWholeUpsample(node))) {
    return true;
  }
  const bool binary =
      std::holds_alternative<Add>(node.op) || std::holds_alternative<Multiply>(node.op);
  return binary && IsSingle(in) && !IsSingle(out);
}

bool TieInputs(const Graph& graph, const std::vector<Dims>& dims, NodeId id, TiedSpans& spans) {
  const Node& node = graph.node(id);
  const std::optional<Ratio> ratio = std::visit(SpanRatio{node, dims[id]}, node.op);
  if (!ratio) return false;
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](NodeId in) {
    return IsFree(node, dims[in], dims[id]) || spans.Tie(id, in, *ratio);
  });
}

}  // namespace

bool IsWholeUpsample(const Node& node) {
  const auto* resize = std::get_if<Resize>(&node.op);
  return resize != nullptr && node.inputs.size() == 1 &&
         resize->numerator % resize->denominator == 0;
}

std::vector<NodeLayout> ChooseLayout(const Graph& graph, const std::vector<Dims>& dims, int lanes,
                                     bool halves) {
  const int per_float = halves ? 2 : 1;
  lanes *= per_float;
  const NodeId count = static_cast<NodeId>(dims.size());
  TiedSpans spans(dims.size());
  std::vector<NodeLayout> layout(dims.size());
  for (NodeId id = 0; id < count; ++id) layout[id].local = TieInputs(graph, dims, id, spans);

  // The root's span must make all of its set whole numbers, and long enough.
  std::vector<std::int64_t> multiple(dims.size(), 1);
  std::vector<std::int64_t> at_least(dims.size(), 1);
  for (NodeId id = 0; id < count; ++id) {
    const auto [root, ratio] = spans.Find(id);
    const std::int64_t wanted = (dims[id].width + lanes - 1) / lanes;
    multiple[root] = std::lcm(multiple[root], ratio.denominator);
    at_least[root] = std::max(at_least[root],
                              (wanted * ratio.denominator + ratio.numerator - 1) / ratio.numerator);
  }
  for (NodeId id = 0; id < count; ++id) {
    const auto [root, ratio] = spans.Find(id);
    const std::int64_t span =
        (at_least[root] + multiple[root] - 1) / multiple[root] * multiple[root];
    layout[id].span = static_cast<int>(per_float * span * ratio.numerator / ratio.denominator);
  }
  return layout;
}

}  // namespace winnow
