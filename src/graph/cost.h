// What a network costs: multiply-adds and parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "graph/shapes.h"

namespace winnow {

struct Cost {
  std::int64_t conv_macs = 0;     // multiply-adds of (transposed) convolutions
  std::int64_t paper_macs = 0;    // the counting rule of the SLS paper, see below
  std::int64_t conv_weights = 0;  // weights of (transposed) convolutions, a shared one counted once
  std::int64_t params = 0;        // every learned number, a shared one counted once
};

// For one forward pass of an input of height x width. The paper's rule (derived from the published
// totals of six networks): convolution multiply-adds, plus one per bias addition, plus one per
// element of an activation module (Node::functional activations are not counted, nor mean shifts,
// additions or resampling).
Cost CountCost(const Graph& graph, std::int64_t height, std::int64_t width);

// Multiply-adds of node `id` alone; 0 for anything but a convolution.
std::int64_t NodeMacs(const Graph& graph, NodeId id, const std::vector<Dims>& dims);

// The Conv2d nodes whose weights a pruning method may thin out, in graph order: all but the first
// ones, which see the picture (alone or joined with an earlier estimate), and the last ones, which
// make a picture. A node that shares its weight with a first or last one is left out too. A last
// convolution whose result still goes through a pixel shuffle is left out by default; the SLS paper
// prunes that one as well (it concerns RFDN).
std::vector<NodeId> PrunableConvs(const Graph& graph, bool prune_shuffled_last = false);

}  // namespace winnow
