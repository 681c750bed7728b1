// What a compressed model may cost, as users write it.
#pragma once

#include <string>

#include "graph/conv_layers.h"
#include "graph/model.h"
#include "sparsity/layer_costs.h"

namespace winnow {

struct Budget {
  enum class Kind {
    kFraction,         // "0.25": of the multiply-adds that can be pruned
    kGmacs,            // "5.2G": multiply-adds of the whole network / 1e9
    kMilliseconds,     // "latency=45ms": of the whole network
    kLatencyFraction,  // "latency=0.3x": of the dense network's
  };
  Kind kind = Kind::kFraction;
  double value = 1;

  bool is_latency() const { return kind == Kind::kMilliseconds || kind == Kind::kLatencyFraction; }
};

// Errors: kInvalidArgument, listing the forms.
Budget ParseBudget(const std::string& text);

// What layers cost and the part of their dense cost that may be spent.
struct PricedBudget {
  LayerCosts costs;
  double fraction = 1;
  std::string unit;  // of the costs: "MMACs" or "ms"
};

// Costs are multiply-adds at the size that costs are quoted for, or for a latency the times of
// `latency_table`, a file of winnow bench --layers, whose M must be `m`. Errors: kInvalidArgument
// (a latency without a table, a table of another M or model, less than what cannot be pruned,
// nothing to prune), the table's.
PricedBudget Price(const Budget& budget, const Model& model, int m,
                   const std::string& latency_table);

}  // namespace winnow
