// How far an output pixel looks: what tiling needs to know.
#pragma once

#include <string>

#include "graph/graph.h"

namespace winnow {

// Holds for the last output of the graph.
struct ReceptiveField {
  // False when an output pixel depends on the whole image or on its size (global pooling, resizing
  // to another tensor's extent, splitting into patches); `reason` then names the node, and the rest
  // is meaningless.
  bool finite = true;
  std::string reason;
  // Input pixels beyond the output pixel's own footprint that can reach it, at most, on any side.
  int halo = 0;
  // A tile's origin and extent in the input must be multiples of this (strides and resampling
  // phases). Networks that shrink by Resize need an image of such an extent too.
  int alignment = 1;
  // Output pixels a pixel of input, as a ratio.
  int scale_numerator = 1;
  int scale_denominator = 1;
};

// In exact arithmetic the halo is tight, but for bilinear shrinking by an odd factor, where it
// counts a tap of weight zero.
ReceptiveField FindReceptiveField(const Graph& graph);

}  // namespace winnow
