// What is computed in one go: an operator, or a convolution with what follows it on the way to
// memory.
#pragma once

#include <vector>

#include "engine/layout.h"
#include "graph/graph.h"
#include "graph/shapes.h"

namespace winnow {

inline constexpr NodeId kNoNode = -1;

// For a convolution on lanes: result = shuffle(before(conv)) + residual, then after(...), each part
// where its node is given; `before` may also be applied behind the shuffle. A convolution and what
// follows it, or a Sigmoid's input, may open a gate at last: result = gated * sigmoid(...).
// Otherwise only `node` == `result`.
struct Unit {
  NodeId node = kNoNode;
  NodeId result = kNoNode;
  NodeId before = kNoNode;    // an activation
  NodeId shuffle = kNoNode;   // a PixelShuffle
  NodeId residual = kNoNode;  // the other input of an Add
  NodeId after = kNoNode;     // an activation
  NodeId gated = kNoNode;     // the other factor of a Multiply
};

// The units that the outputs need, each after those it reads. The Input node is the first.
std::vector<Unit> MakeUnits(const Graph& graph, const std::vector<Dims>& dims,
                            const std::vector<NodeLayout>& layout);

// The nodes whose results a unit reads.
std::vector<NodeId> InputsOf(const Graph& graph, const Unit& unit);

}  // namespace winnow
