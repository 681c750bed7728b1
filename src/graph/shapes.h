// The extent of every node's result for a given input size.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace winnow {

struct Dims {
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool operator==(const Dims&) const = default;
};

// Of a float32 tensor of these extents.
inline std::int64_t FloatBytes(const Dims& d) {
  return d.channels * d.height * d.width * static_cast<std::int64_t>(sizeof(float));
}

// Indexed by NodeId. Errors: kInvalidArgument naming the node when channels disagree, a window is
// larger than its padded input, a split does not divide, or an extent would be < 1.
std::vector<Dims> InferDims(const Graph& graph, std::int64_t height, std::int64_t width);

// Channels of `node`'s result when its inputs have `inputs` channels; the part of InferDims that
// does not depend on the size. Error kInvalidArgument when they disagree.
std::int64_t OutputChannels(const Graph& graph, const Node& node,
                            const std::vector<std::int64_t>& inputs);

// Dims of one operator's result from those of its inputs; not for the Input. Errors as InferDims.
Dims OutputDims(const Graph& graph, const Node& node, const std::vector<Dims>& inputs);

}  // namespace winnow
