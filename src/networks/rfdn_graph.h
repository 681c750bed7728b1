// What the two sizes of RFDN share.
#pragma once

#include "graph/graph.h"

namespace winnow {

struct RfdnSize {
  int width = 64;
  int blocks = 4;
  int attention_width = 32;  // channels inside the spatial attention (ESA)
  int scale = 4;
};

// Half of the width is distilled at every stage, so the width must be even.
Graph RfdnGraph(const RfdnSize& size);

}  // namespace winnow
