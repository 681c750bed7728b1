// The cascade of CARN: three units, each followed by a 1x1 fusion of everything so far.
#pragma once

#include <functional>
#include <string>

#include "graph/builder.h"

namespace winnow {

// Adds unit `index` (1, 2, 3) after x.
using CascadeUnit = std::function<NodeId(GraphBuilder& g, NodeId x, int index)>;

// The fusions are named PREFIXc1.body.0 to PREFIXc3.body.0.
NodeId Cascade(GraphBuilder& g, NodeId x, const std::string& prefix, const CascadeUnit& unit);

// Convolutions NAME.body.0 and .3, each with ReLU and PixelShuffle, up to `scale`.
NodeId CascadeUpsampler(GraphBuilder& g, NodeId x, const std::string& name, int scale, int groups);

}  // namespace winnow
