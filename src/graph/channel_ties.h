// Which channels of a network can only be removed together.
#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"

namespace winnow {

// Every channel of every node, every filter of a convolution, every bias and slope belongs to one
// tied set. Channels are tied where an operator takes them for the same (an elementwise sum, a
// residual, an activation, a shared weight), where a pixel shuffle makes one of several, and where
// groups of a convolution must stay equally wide.
class ChannelTies {
 public:
  // The filters of the weights `whole` stay, and so do the channels of the input and of the
  // outputs, with all that is tied to them.
  explicit ChannelTies(const Graph& graph, std::span<const ParamId> whole = {});

  int sets() const { return sets_; }
  // The tied set of each channel of a node.
  const std::vector<int>& OfNode(NodeId id) const { return of_node_[id]; }
  // The tied set of each index along an axis of a param; empty where an axis holds no channels:
  // kernel extents, one slope for all channels, the inner axis of depthwise convolutions.
  const std::vector<int>& OfParam(ParamId id, int axis) const { return of_param_[id][axis]; }
  // Sets that may be removed, in families: those of one family run through the same nodes. As long
  // as a set of each family stays, no node is left without channels.
  const std::vector<std::vector<int>>& families() const { return families_; }

 private:
  int sets_ = 0;
  std::vector<std::vector<int>> of_node_;
  std::vector<std::vector<std::vector<int>>> of_param_;
  std::vector<std::vector<int>> families_;
};

// The axis along which the filters of a convolution weight lie; axis 0 but for transposed
// convolutions that are not depthwise.
int FilterAxis(const ConvTranspose2d& op, const Shape& weight);

// One group for each input channel, so that groups can be removed.
bool IsDepthwise(const Conv2d& op, const Shape& weight);
bool IsDepthwise(const ConvTranspose2d& op, const Shape& weight);

}  // namespace winnow
