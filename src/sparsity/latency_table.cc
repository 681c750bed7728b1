#include "sparsity/latency_table.h"

#include <algorithm>

#include "base/error.h"

namespace winnow {
namespace {

// The non-decreasing sequence nearest to `values`: pools neighbours that are out of order.
std::vector<double> Isotonic(const std::vector<double>& values) {
  struct Pool {
    double sum = 0;
    int count = 0;
    double mean() const { return sum / count; }
  };
  std::vector<Pool> pools;
  for (double value : values) {
    pools.push_back({value, 1});
    while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
      const Pool last = pools.back();
      pools.pop_back();
      pools.back().sum += last.sum;
      pools.back().count += last.count;
    }
  }
  std::vector<double> result;
  for (const Pool& pool : pools) result.insert(result.end(), pool.count, pool.mean());
  return result;
}

void RequireCovers(int m, const std::vector<int>& n, const std::vector<double>& ms) {
  const bool rises = std::ranges::adjacent_find(n, std::greater_equal()) == n.end();
  if (n.empty() || n.size() != ms.size() || n.front() != 1 || n.back() != m || !rises) {
    throw Error(ErrorKind::kInvalidArgument,
                "latencies must be measured at rising N from 1 to " + std::to_string(m));
  }
}

}  // namespace

double PredictMilliseconds(const LatencyTable& table, const std::vector<int>& n) {
  if (n.size() != table.layers.size()) {
    throw Error(ErrorKind::kInvalidArgument, std::to_string(n.size()) + " values of N for " +
                                                 std::to_string(table.layers.size()) + " layers");
  }
  double sum = table.rest_ms;
  for (std::size_t i = 0; i < n.size(); ++i) {
    if (n[i] < 1 || n[i] > table.m) {
      throw Error(ErrorKind::kInvalidArgument, "layer '" + table.layers[i].name + "': N is " +
                                                   std::to_string(n[i]) + ", wanted 1.." +
                                                   std::to_string(table.m));
    }
    sum += table.layers[i].ms[n[i] - 1];
  }
  return sum;
}

LayerLatency CompleteLatency(LayerLatency layer, int m, const std::vector<int>& n,
                             const std::vector<double>& ms) {
  RequireCovers(m, n, ms);
  const std::vector<double> rising = Isotonic(ms);
  layer.ms.assign(m, rising.front());
  layer.measured.assign(m, false);
  for (std::size_t i = 0; i < n.size(); ++i) {
    layer.measured[n[i] - 1] = true;
    layer.ms[n[i] - 1] = rising[i];
    for (int k = i == 0 ? n[i] : n[i - 1] + 1; k < n[i]; ++k) {
      const double part = static_cast<double>(k - n[i - 1]) / (n[i] - n[i - 1]);
      layer.ms[k - 1] = rising[i - 1] + part * (rising[i] - rising[i - 1]);
    }
  }
  return layer;
}

}  // namespace winnow
