// Fewer operators for the same network, for graphs that were translated from elsewhere.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "tensor/tensor.h"

namespace winnow {

// Leaves out what no output needs and what changes nothing, takes a ScaleShift into the convolution
// (or the LayerNorm or ScaleShift) whose result only it reads, where the convolution shares no
// weights, and zero padding into the convolution behind it. `weights` are those of the params and
// change with them. The results stay the same but for rounding; the order of nodes, and names of
// those that stay, are kept.
void Simplify(Graph& graph, std::vector<Tensor>& weights);

}  // namespace winnow
