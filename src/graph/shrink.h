// Removing channels from a network, so that it really gets smaller.
#pragma once

#include <vector>

#include "graph/channel_ties.h"
#include "graph/graph.h"
#include "graph/model.h"

namespace winnow {

// The graph without the tied sets that are not in `kept` (one entry a set): the same nodes, names
// and params with fewer channels. What is left computes what it did when the removed channels were
// not looked at. `ties` are those of `graph`. Errors: kInvalidArgument where a node would be left
// without channels.
Graph RemoveChannels(const Graph& graph, const ChannelTies& ties, const std::vector<bool>& kept);

// With the weights. Patterns N:M do not survive, as their groups become others.
Model RemoveChannels(const Model& model, const ChannelTies& ties, const std::vector<bool>& kept);

}  // namespace winnow
