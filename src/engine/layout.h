// Which operators run on lane-strided tensors, and the span (kernels/lanes.h) of every result.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "graph/shapes.h"

namespace winnow {

struct NodeLayout {
  bool local = false;  // the operator keeps every pixel in its lane, so a lane kernel does it; else
                       // it runs planar
  int span = 0;        // of the result, where that is wanted in lanes
};

// Operators tie the spans of their results to those of their inputs (a stride of 2 halves,
// PixelShuffle by r multiplies by r). Each set of tied results gets the smallest spans that hold
// its rows. An operator whose ties contradict earlier ones runs planar and starts a set of its own.
std::vector<NodeLayout> ChooseLayout(const Graph& graph, const std::vector<Dims>& dims, int lanes);

}  // namespace winnow
