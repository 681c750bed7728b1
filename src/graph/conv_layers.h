// The convolutions of a network as layers with a weight of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "sparsity/latency_table.h"
#include "sparsity/layer_costs.h"
#include "sparsity/ranks.h"

namespace winnow {

// A convolution weight and the nodes that use it.
struct ConvLayer {
  std::string name;  // of the first node
  ParamId weight = kNoParam;
  ParamId bias = kNoParam;   // of the first node
  std::vector<NodeId> uses;  // in graph order
  bool prunable = false;     // PrunableConvs
};

// Every Conv2d weight, in the order of the first use.
std::vector<ConvLayer> ConvLayers(const Graph& graph, bool prune_shuffled_last = false);

// The prunable ones of them.
std::vector<ConvLayer> PrunableConvLayers(const Graph& graph, bool prune_shuffled_last = false);

// Multiply-adds / `unit` of all uses of each layer with N of every m weights kept, for an input of
// height x width. Errors: kInvalidArgument without any layer.
LayerCosts MacCosts(const Graph& graph, const std::vector<ConvLayer>& layers, int m,
                    std::int64_t height, std::int64_t width, double unit = 1,
                    ShortGroups rule = ShortGroups::kProportional);

// Milliseconds of the same. Errors: kInvalidArgument naming a layer that the table lacks, or
// without any layer.
LayerCosts LatencyCosts(const Graph& graph, const std::vector<ConvLayer>& layers,
                        const LatencyTable& table);

}  // namespace winnow
