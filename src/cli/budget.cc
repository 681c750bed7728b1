#include "cli/budget.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "cli/options.h"
#include "cli/table.h"
#include "formats/latency_json.h"
#include "graph/cost.h"

namespace winnow {
namespace {

constexpr char kLatencyPrefix[] = "latency=";

[[noreturn]] void Refuse(const std::string& text) {
  throw Error(ErrorKind::kInvalidArgument,
              "bad budget '" + text +
                  "'; write 0.25 (of the prunable multiply-adds), 5.2G (multiply-adds of the whole "
                  "network), latency=45ms or latency=0.3x (of the dense time)");
}

// The part of `rest` that may be kept so that with `fixed` it costs `allowed`.
double FractionLeft(double allowed, double fixed, double rest, const std::string& unit) {
  if (allowed <= fixed) {
    throw Error(ErrorKind::kInvalidArgument, "the budget of " + Fixed(allowed, 3) + " " + unit +
                                                 " is below the " + Fixed(fixed, 3) + " " + unit +
                                                 " of what cannot be pruned");
  }
  return std::min(1.0, (allowed - fixed) / rest);
}

PricedBudget PriceMacs(const Budget& budget, const Model& model, int m) {
  const InputSize size = QuotedSize(model.info);
  LayerCosts costs =
      MacCosts(model.graph, PrunableConvLayers(model.graph), m, size.height, size.width, 1e6);
  double fraction = budget.value;
  if (budget.kind == Budget::Kind::kGmacs) {
    const double all =
        static_cast<double>(CountCost(model.graph, size.height, size.width).conv_macs) / 1e9;
    const double prunable = costs.dense() / 1e3;
    fraction = FractionLeft(budget.value, all - prunable, prunable, "GMACs");
  }
  return {std::move(costs), fraction, "MMACs"};
}

PricedBudget PriceLatency(const Budget& budget, const Model& model, int m,
                          const std::string& file) {
  if (file.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                "a budget of time needs --latency-table, a file of winnow bench --layers");
  }
  const LatencyTable table = ReadLatencyTable(file);
  if (table.m != m) {
    throw Error(
        ErrorKind::kInvalidArgument,
        file + ": is for patterns N:" + std::to_string(table.m) + ", not N:" + std::to_string(m));
  }
  LayerCosts costs = LatencyCosts(model.graph, PrunableConvLayers(model.graph), table);
  const double dense = costs.dense() + table.rest_ms;
  const double allowed =
      budget.kind == Budget::Kind::kMilliseconds ? budget.value : budget.value * dense;
  const double fraction = FractionLeft(allowed, table.rest_ms, costs.dense(), "ms");
  return {std::move(costs), fraction, "ms"};
}

}  // namespace

Budget ParseBudget(const std::string& text) {
  Budget budget;
  std::string number = text;
  const bool latency = number.starts_with(kLatencyPrefix);
  if (latency) number.erase(0, sizeof kLatencyPrefix - 1);
  const auto take_suffix = [&](const std::string& suffix, Budget::Kind kind) {
    if (!number.ends_with(suffix)) return false;
    number.erase(number.size() - suffix.size());
    budget.kind = kind;
    return true;
  };
  if (latency) {
    if (!take_suffix("ms", Budget::Kind::kMilliseconds) &&
        !take_suffix("x", Budget::Kind::kLatencyFraction)) {
      Refuse(text);
    }
  } else {
    take_suffix("G", Budget::Kind::kGmacs);
  }
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), budget.value);
  const bool absolute =
      budget.kind == Budget::Kind::kGmacs || budget.kind == Budget::Kind::kMilliseconds;
  if (error != std::errc() || end != number.data() + number.size() || !(budget.value > 0) ||
      (!absolute && budget.value > 1)) {
    Refuse(text);
  }
  return budget;
}

PricedBudget Price(const Budget& budget, const Model& model, int m,
                   const std::string& latency_table) {
  return budget.is_latency() ? PriceLatency(budget, model, m, latency_table)
                             : PriceMacs(budget, model, m);
}

}  // namespace winnow
