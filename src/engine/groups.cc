#include "engine/groups.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

namespace winnow {
namespace {

// Bands taller than this gain nothing more.
constexpr int kTallestBand = 4;
// All results of a group are in memory together: little more than the largest unit alone needs.
constexpr double kMemoryGrowth = 1.1;

// The rows in use while a group works in bands.
class WorkingSet {
 public:
  WorkingSet(const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout, int lanes)
      : dims_(&dims), layout_(&layout), lanes_(lanes) {}

  void Add(NodeId result, const RowAccess& access) {
    for (const RowRead& read : access.reads) Use(read.node, read.rows);
    Use(result, access.writes);
    made_.insert(result);
  }
  bool Makes(const RowAccess& access) const {
    return std::any_of(access.reads.begin(), access.reads.end(),
                       [&](const RowRead& read) { return made_.count(read.node) > 0; });
  }
  std::int64_t Bytes(int band) const {
    std::int64_t bytes = 0;
    for (const auto& [node, spans] : used_) {
      int rows = 0;
      for (const RowSpan& s : spans)
        rows = std::max(rows, (band - 1) * s.scale + s.last - s.first + 1);
      bytes += std::min<std::int64_t>(rows, (*dims_)[node].height) * RowBytes(node);
    }
    return bytes;
  }
  // Of whole results. Those made of others' memory have none.
  std::int64_t PlaneBytes(const Graph& graph) const {
    std::int64_t bytes = 0;
    for (const auto& [node, spans] : used_) {
      if (!SharesInputs(graph.node(node))) bytes += (*dims_)[node].height * RowBytes(node);
    }
    return bytes;
  }

 private:
  void Use(NodeId node, const RowSpan& rows) { used_[node].push_back(rows); }
  std::int64_t RowBytes(NodeId node) const {
    return (*dims_)[node].channels * (*layout_)[node].span * lanes_ *
           static_cast<std::int64_t>(sizeof(float));
  }

  const std::vector<Dims>* dims_;
  const std::vector<NodeLayout>* layout_;
  int lanes_;
  std::map<NodeId, std::vector<RowSpan>> used_;
  std::set<NodeId> made_;
};

// The memory that a unit needs, at most.
std::int64_t LargestUnit(const Graph& graph, const std::vector<Dims>& dims,
                         const std::vector<NodeLayout>& layout, const std::vector<Unit>& units,
                         int lanes) {
  std::int64_t largest = 0;
  for (const Unit& unit : units) {
    const std::optional<RowAccess> access = RowsOf(graph, dims, layout, unit);
    if (!access) continue;
    WorkingSet one(dims, layout, lanes);
    one.Add(unit.result, *access);
    largest = std::max(largest, one.PlaneBytes(graph));
  }
  return largest;
}

}  // namespace

std::vector<UnitGroup> GroupUnits(const Graph& graph, const std::vector<Dims>& dims,
                                  const std::vector<NodeLayout>& layout,
                                  const std::vector<Unit>& units, int lanes,
                                  const GroupLimits& limits) {
  std::vector<UnitGroup> groups;
  const auto most_plane_bytes = static_cast<std::int64_t>(
      kMemoryGrowth * static_cast<double>(LargestUnit(graph, dims, layout, units, lanes)));
  WorkingSet rows(dims, layout, lanes);  // of the last group
  bool open = false;
  const auto fits = [&](const WorkingSet& set, int band) {
    return set.Bytes(band) <= limits.cache_bytes;
  };
  for (int u = 0; u < static_cast<int>(units.size()); ++u) {
    const std::optional<RowAccess> access = RowsOf(graph, dims, layout, units[u]);
    WorkingSet longer = rows;
    if (access) longer.Add(units[u].result, *access);
    if (open && access && rows.Makes(*access) && fits(longer, limits.least_band) &&
        longer.PlaneBytes(graph) <= most_plane_bytes) {
      rows = std::move(longer);
      groups.back().end = u + 1;
    } else {
      groups.push_back({u, u + 1, kTallestBand});
      rows = WorkingSet(dims, layout, lanes);
      if (access) rows.Add(units[u].result, *access);
      open = access.has_value();
    }
    int& band = groups.back().band;
    while (band > limits.least_band && !fits(rows, band)) --band;
  }
  return groups;
}

std::int64_t L2CacheBytes() {
  long bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
  bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  return bytes > 0 ? bytes : 1 << 20;
}

}  // namespace winnow
