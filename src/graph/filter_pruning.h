// Pruning whole filters by magnitude (Li et al., Pruning Filters for Efficient ConvNets, ICLR
// 2017), with one width factor for all layers.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "graph/channel_ties.h"
#include "graph/model.h"

namespace winnow {

// For each tied set the sum of the L1 norms of its filters. A shared weight counts once.
std::vector<double> FilterNorms(const Model& model, const ChannelTies& ties);

// Of each family the round(width * size) sets of the largest norm, at least one, and all sets of no
// family. `width` in 0..1; of equal norms the earlier set is kept.
std::vector<bool> KeepLargest(const ChannelTies& ties, const std::vector<double>& norms,
                              double width);

struct FilterPruned {
  Model model;
  double width = 1;  // the factor of all families
  double cost = 1;   // fraction of the dense cost
};

// The widest network that costs at most `budget` (a fraction) of the given one. `cost` may be of
// any unit and must not fall with the width; it is positive for the given graph. The filters of the
// weights `whole` stay. Errors: kInvalidArgument for a budget that one channel a layer exceeds.
FilterPruned PruneFilters(const Model& model, double budget,
                          const std::function<double(const Graph&)>& cost,
                          std::span<const ParamId> whole = {});

}  // namespace winnow
