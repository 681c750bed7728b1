#include "engine/rows.h"

#include <span>

#include "engine/reference.h"

namespace winnow {
namespace {

// The rows of each input that an operator on lanes reads; none: not row by row.
struct ReadsOf {
  const Graph& graph;
  const std::vector<Dims>& dims;
  const Node& node;

  using Result = std::optional<RowSpan>;

  Result operator()(const Conv2d& op) const {
    const TapReach reach = ReachOf(ConvShapeOf(graph, op));
    return RowSpan{op.stride, -reach.up, reach.down};
  }
  Result operator()(const ConvTranspose2d& op) const {
    const TapReach reach = ReachOf(ConvShapeOf(graph, op));
    return RowSpan{1, -reach.up, reach.down};
  }
  Result operator()(const Resize& op) const {
    if (!IsWholeUpsample(node)) return WholePlane(dims[node.inputs[0]]);
    const int reach = op.mode == ResizeMode::kBilinear ? 1 : 0;
    return RowSpan{1, -reach, reach};
  }
  Result operator()(const Concat& op) const { return Unless(op.axis == Axis::kHeight); }
  Result operator()(const SplitSpatial&) const { return {}; }
  Result operator()(const Pool&) const { return {}; }
  Result operator()(const GlobalPool&) const { return {}; }
  template <typename PixelByPixel>
  Result operator()(const PixelByPixel&) const {
    return RowSpan{};
  }

 private:
  static RowSpan WholePlane(const Dims& d) { return {0, 0, static_cast<int>(d.height) - 1}; }
  static Result Unless(bool shifts) { return shifts ? Result{} : RowSpan{}; }
};

// Rows of the unit's result for each of its steps' rows.
int RowsOfResult(const Graph& graph, const std::vector<Dims>& dims, const Unit& unit) {
  const Op& op = graph.node(unit.node).op;
  int rows = 1;
  if (const auto* transposed = std::get_if<ConvTranspose2d>(&op)) rows = transposed->stride;
  if (unit.shuffle != kNoNode) rows = std::get<PixelShuffle>(graph.node(unit.shuffle).op).factor;
  if (std::holds_alternative<PixelShuffle>(op) || IsWholeUpsample(graph.node(unit.node))) {
    rows = static_cast<int>(dims[unit.node].height / dims[graph.node(unit.node).inputs[0]].height);
  }
  return rows;
}

}  // namespace

std::optional<RowAccess> RowsOf(const Graph& graph, const std::vector<Dims>& dims,
                                const std::vector<NodeLayout>& layout, const Unit& unit) {
  const Node& node = graph.node(unit.node);
  const std::optional<RowSpan> reads = std::visit(ReadsOf{graph, dims, node}, node.op);
  if (!layout[unit.node].local || !reads) return {};
  const int scale = RowsOfResult(graph, dims, unit);
  RowAccess access;
  access.rows = static_cast<int>(dims[unit.result].height) / scale;
  access.writes = {scale, 0, scale - 1};
  // The second input of a Resize only says how large the result is.
  const std::size_t inputs = std::holds_alternative<Resize>(node.op) ? 1 : node.inputs.size();
  for (NodeId in : std::span(node.inputs).first(inputs)) {
    // What is as small as a pixel is wanted by every row.
    const bool everywhere = dims[in].height == 1 && dims[unit.node].height > 1;
    access.reads.push_back({in, everywhere ? RowSpan{0, 0, 0} : *reads});
  }
  if (unit.residual != kNoNode) access.reads.push_back({unit.residual, access.writes});
  if (unit.gated != kNoNode) access.reads.push_back({unit.gated, access.writes});
  return access;
}

bool SharesInputs(const Node& node) {
  return std::holds_alternative<Concat>(node.op) ||
         std::holds_alternative<SliceChannels>(node.op) ||
         std::holds_alternative<StopGradient>(node.op);
}

std::vector<RowRead> WithSources(const Graph& graph, std::vector<RowRead> reads) {
  for (std::size_t i = 0; i < reads.size(); ++i) {
    const RowRead read = reads[i];
    const Node& node = graph.node(read.node);
    if (!SharesInputs(node)) continue;
    for (NodeId in : node.inputs) reads.push_back({in, read.rows});
  }
  return reads;
}

}  // namespace winnow
