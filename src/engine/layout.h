// Which operators run on lane-strided tensors, and the span (kernels/lanes.h) of every result.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "graph/shapes.h"
#include "kernels/lanes.h"

namespace winnow {

struct NodeLayout {
  bool local = false;  // a lane kernel does the operator; else it runs planar
  bool half = false;   // a kernel for halves does it, and all that its unit (engine/units.h) fuses
  int span = 0;        // of the result, where that is wanted in lanes of floats

  // Of the lanes that the operator is done on, where it is local.
  Element element() const { return half ? Element::kHalf : Element::kFloat; }
  int SpanOn(Element e) const { return e == Element::kHalf ? span / 2 : span; }
};

// Whether the node is a Resize by a whole factor, which keeps every pixel in its lane.
bool IsWholeUpsample(const Node& node);

// Operators tie the spans of their results to those of their inputs (a stride of 2 halves,
// PixelShuffle by r multiplies by r). Each set of tied results gets the smallest spans that hold
// its rows. An operator whose ties contradict earlier ones runs planar and starts a set of its own.
// `lanes` are those of floats. Where there are to be halves, too, of which a vector has twice as
// many, spans are even.
std::vector<NodeLayout> ChooseLayout(const Graph& graph, const std::vector<Dims>& dims, int lanes,
                                     bool halves = false);

}  // namespace winnow
