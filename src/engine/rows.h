// Which rows of its inputs a unit reads to make which rows of its result: what lets units follow
// each other through a picture a few rows apart.
#pragma once

#include <optional>
#include <vector>

#include "engine/layout.h"
#include "engine/units.h"
#include "graph/model.h"

namespace winnow {

// At its row y, a step touches the rows [y * scale + first, y * scale + last] of a tensor, where
// those exist.
struct RowSpan {
  int scale = 1;
  int first = 0;
  int last = 0;
  bool operator==(const RowSpan&) const = default;
};

struct RowRead {
  NodeId node = kNoNode;
  RowSpan rows;
  bool operator==(const RowRead&) const = default;
};

struct RowAccess {
  int rows = 0;  // the steps are at rows [0, rows)
  RowSpan writes;
  std::vector<RowRead> reads;
};

// None for units that run planar, or that look at whole planes or shift rows. Units whose result is
// made of their inputs' memory read it as if they copied.
std::optional<RowAccess> RowsOf(const Graph& graph, const std::vector<Dims>& dims,
                                const std::vector<NodeLayout>& layout, const Unit& unit);

// Whether the operator's result may, in part or whole, be the memory of its inputs.
bool SharesInputs(const Node& node);
// `reads`, with the inputs of results that are made of their inputs' memory, wholly or in part.
std::vector<RowRead> WithSources(const Graph& graph, std::vector<RowRead> reads);

}  // namespace winnow
